package app;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import com.pulumi.core.Output;
import com.pulumi.kubernetes.Provider;
import com.pulumi.kubernetes.ProviderArgs;
import com.pulumi.kubernetes.core.v1.Pod;
import com.pulumi.kubernetes.core.v1.PodArgs;
import com.pulumi.kubernetes.core.v1.inputs.ContainerArgs;
import com.pulumi.kubernetes.core.v1.inputs.PodSpecArgs;
import com.pulumi.kubernetes.meta.v1.inputs.ObjectMetaArgs;
import com.pulumi.pullthroughcache.PullThroughCache;
import com.pulumi.pullthroughcache.PullThroughCacheArgs;
import com.pulumi.pullthroughcache.PullthroughcacheFunctions;
import com.pulumi.pullthroughcache.enums.TagMutability;
import com.pulumi.pullthroughcache.inputs.CacheImageArgs;
import com.pulumi.pullthroughcache.inputs.CacheRuleArgs;
import com.pulumi.pullthroughcache.inputs.ClientConfigurationArgs;
import com.pulumi.pullthroughcache.inputs.LifecycleArgs;
import com.pulumi.pullthroughcache.inputs.RegistryArgs;
import com.pulumi.pullthroughcache.inputs.RewriteImagesArgs;
import com.pulumi.pullthroughcache.outputs.CacheImageResult;
import com.pulumi.pullthroughcache.outputs.CacheRule;
import com.pulumi.pullthroughcache.outputs.ClientConfigurationResult;
import com.pulumi.resources.CustomResourceOptions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

public class App {
    public static void main(String[] args) {
        Pulumi.run(App::stack);
    }

    private static void stack(Context ctx) {
        var cache = new PullThroughCache("cache", PullThroughCacheArgs.builder()
            .registries(Map.of(
                "dockerhub", RegistryArgs.builder().lifecycle(LifecycleArgs.builder().keepImages(20).build()).build(),
                "quay", RegistryArgs.builder().tagMutability(TagMutability.Immutable).build()))
            // Pulumi makes no methods for Java: the role is given to the component.
            .pullerRoles(Map.of("nodes", ctx.config().require("nodeRole")))
            .rewriteImages(RewriteImagesArgs.builder().build())
            .build());

        // Every workload of this provider pulls through the cache: the provider waits for it.
        var provider = new Provider("cluster", ProviderArgs.Empty,
            CustomResourceOptions.builder().dependsOn(cache).build());
        new Pod("web", PodArgs.builder()
            .metadata(ObjectMetaArgs.builder().name("web").build())
            .spec(PodSpecArgs.builder()
                .containers(ContainerArgs.builder().name("web").image("nginx:1.27").build())
                .build())
            .build(), CustomResourceOptions.builder().provider(provider).build());

        // The generated functions take rules of another class than the output has.
        var rules = cache.cacheRules().applyValue(byRegion ->
            byRegion.get("us-east-1").stream().map(App::args).collect(Collectors.toList()));
        var clients = PullthroughcacheFunctions.clientConfiguration(
            ClientConfigurationArgs.builder().rules(rules).build());

        ctx.export("urls", cache.urls());
        ctx.export("prometheus", cached("quay.io/prometheus/prometheus:v3.0.1", rules));
        ctx.export("grafana", cached("grafana/grafana:11.5", rules));
        ctx.export("buildkit", clients.applyValue(ClientConfigurationResult::buildkitConfig));
    }

    private static Output<String> cached(String reference, Output<List<CacheRuleArgs>> rules) {
        return PullthroughcacheFunctions
            .cacheImage(CacheImageArgs.builder().reference(reference).rules(rules).build())
            .applyValue(CacheImageResult::image);
    }

    private static CacheRuleArgs args(CacheRule rule) {
        var args = CacheRuleArgs.builder().upstream(rule.upstream()).url(rule.url());
        rule.upstreamPrefix().ifPresent(args::upstreamPrefix);
        return args.build();
    }
}
