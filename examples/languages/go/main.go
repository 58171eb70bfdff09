package main

import (
	ptc "example.com/pulumi-pull-through-cache/sdk/go/pullthroughcache"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(program)
}

func program(ctx *pulumi.Context) error {
	immutable := ptc.TagMutabilityImmutable
	cache, err := ptc.NewPullThroughCache(ctx, "cache", &ptc.PullThroughCacheArgs{
		Registries: map[string]ptc.RegistryArgs{
			"dockerhub": {Lifecycle: &ptc.LifecycleArgs{KeepImages: pulumi.IntRef(20)}},
			"quay":      {TagMutability: &immutable},
		},
		RewriteImages: &ptc.RewriteImagesArgs{},
	})
	if err != nil {
		return err
	}

	// Stands for corev1.NewPod. It pulls through the cache, since it depends on it.
	var pod pulumi.CustomResourceState
	err = ctx.RegisterResource("kubernetes:core/v1:Pod", "web", pulumi.Map{
		"apiVersion": pulumi.String("v1"),
		"kind":       pulumi.String("Pod"),
		"metadata":   pulumi.Map{"name": pulumi.String("web")},
		"spec": pulumi.Map{"containers": pulumi.MapArray{
			pulumi.Map{"name": pulumi.String("web"), "image": pulumi.String("nginx:1.27")},
		}},
	}, &pod, pulumi.DependsOn([]pulumi.Resource{cache}))
	if err != nil {
		return err
	}

	policy, err := cache.GrantPull(ctx, &ptc.PullThroughCacheGrantPullArgs{
		Role: pulumi.String(config.Require(ctx, "nodeRole")),
	})
	if err != nil {
		return err
	}
	prometheus, err := cache.Image(ctx, &ptc.PullThroughCacheImageArgs{
		Reference: pulumi.String("quay.io/prometheus/prometheus:v3.0.1"),
	})
	if err != nil {
		return err
	}
	rules := cache.CacheRules.MapIndex(pulumi.String("us-east-1"))
	grafana := ptc.CacheImageOutput(ctx, ptc.CacheImageOutputArgs{
		Reference: pulumi.String("grafana/grafana:11.5"),
		Rules:     rules,
	})
	clients := ptc.ClientConfigurationOutput(ctx, ptc.ClientConfigurationOutputArgs{Rules: rules})

	ctx.Export("urls", cache.Urls)
	ctx.Export("policy", policy)
	ctx.Export("prometheus", prometheus)
	ctx.Export("grafana", grafana.Image())
	ctx.Export("buildkit", clients.BuildkitConfig())
	return nil
}
