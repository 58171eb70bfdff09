import pulumi
import pulumi_kubernetes as kubernetes
import pulumi_pull_through_cache as ptc

cache = ptc.PullThroughCache(
    "cache",
    registries={
        "dockerhub": {"lifecycle": {"keep_images": 20}},
        "quay": {"tag_mutability": ptc.TagMutability.IMMUTABLE},
    },
    # Every workload below pulls through the cache: their provider waits for it.
    rewrite_images={},
)
provider = kubernetes.Provider("cluster", opts=pulumi.ResourceOptions(depends_on=[cache]))

kubernetes.core.v1.Pod(
    "web",
    metadata={"name": "web"},
    spec={"containers": [{"name": "web", "image": "nginx:1.27"}]},
    opts=pulumi.ResourceOptions(provider=provider),
)

rules = cache.cache_rules.apply(lambda by_region: by_region["us-east-1"])

pulumi.export("urls", cache.urls)
pulumi.export("policy", cache.grant_pull(role=pulumi.Config().require("nodeRole")))
pulumi.export("prometheus", cache.image(reference="quay.io/prometheus/prometheus:v3.0.1"))
pulumi.export("grafana", ptc.cache_image_output(reference="grafana/grafana:11.5", rules=rules).image)
pulumi.export("buildkit", ptc.client_configuration_output(rules=rules).buildkit_config)
