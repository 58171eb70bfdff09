using System.Collections.Generic;
using System.Linq;
using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.PullThroughCache;
using Pulumi.PullThroughCache.Inputs;

return await Deployment.RunAsync(() =>
{
    var cache = new PullThroughCache("cache", new PullThroughCacheArgs
    {
        Registries =
        {
            ["dockerhub"] = new RegistryArgs { Lifecycle = new LifecycleArgs { KeepImages = 20 } },
            ["quay"] = new RegistryArgs { TagMutability = TagMutability.Immutable },
        },
        RewriteImages = new RewriteImagesArgs(),
    });

    // Every workload of this provider pulls through the cache: the provider waits for it.
    var provider = new Pulumi.Kubernetes.Provider("cluster", null, new CustomResourceOptions { DependsOn = { cache } });
    new Pulumi.Kubernetes.Core.V1.Pod("web", new PodArgs
    {
        Metadata = new ObjectMetaArgs { Name = "web" },
        Spec = new PodSpecArgs { Containers = { new ContainerArgs { Name = "web", Image = "nginx:1.27" } } },
    }, new CustomResourceOptions { Provider = provider });

    var role = new Config().Require("nodeRole");

    // The generated functions take rules of another class than the output has.
    var rules = cache.CacheRules.Apply(byRegion => byRegion["us-east-1"]
        .Select(rule => new CacheRuleArgs { Upstream = rule.Upstream, UpstreamPrefix = rule.UpstreamPrefix!, Url = rule.Url })
        .ToList());
    var grafana = CacheImage.Invoke(new CacheImageInvokeArgs { Reference = "grafana/grafana:11.5", Rules = rules });
    var clients = ClientConfiguration.Invoke(new ClientConfigurationInvokeArgs { Rules = rules });

    return new Dictionary<string, object?>
    {
        ["urls"] = cache.Urls,
        ["policy"] = cache.GrantPull(new PullThroughCacheGrantPullArgs { Role = role }),
        ["prometheus"] = cache.Image(new PullThroughCacheImageArgs { Reference = "quay.io/prometheus/prometheus:v3.0.1" }),
        ["grafana"] = grafana.Apply(found => found.Image),
        ["buildkit"] = clients.Apply(found => found.BuildkitConfig),
    };
});
