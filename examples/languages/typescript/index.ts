import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PullThroughCache } from "pulumi-pull-through-cache";
import { cacheImage } from "pulumi-pull-through-cache/images";

const cache = new PullThroughCache("cache", {
  registries: {
    dockerhub: { lifecycle: { keepImages: 20 } },
    quay: { tagMutability: "IMMUTABLE" },
  },
  rewriteImages: {}, // every workload below pulls through the cache
});

new kubernetes.core.v1.Pod("web", {
  metadata: { name: "web" },
  spec: { containers: [{ name: "web", image: "nginx:1.27" }] },
});

export const urls = cache.urls;
export const policy = cache.grantPull(new pulumi.Config().require("nodeRole")).id;
export const prometheus = cache.image("quay.io/prometheus/prometheus:v3.0.1");
export const grafana = cache.cacheRules.apply((rules) => cacheImage("grafana/grafana:11.5", rules["us-east-1"] ?? []));
export const buildkit = cache.clients.buildkitConfig;
