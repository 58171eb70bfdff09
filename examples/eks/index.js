const kubernetes = require("@pulumi/kubernetes");
const pulumi = require("@pulumi/pulumi");
const { PullThroughCache } = require("pulumi-pull-through-cache");
const { MetricsChart } = require("./chart");

const config = new pulumi.Config();

const cache = new PullThroughCache("cache", {
  registries: { dockerhub: {}, k8s: {}, quay: {} },
  // Everything that is declared from here on pulls through the cache.
  rewriteImages: {},
});

// The kubelet pulls with the node's role, whatever role a pod has.
cache.grantPull(config.require("nodeRole"));

const namespace = new kubernetes.core.v1.Namespace("metrics", { metadata: { name: "metrics" } });

new MetricsChart("metrics", { namespace: namespace.metadata.name });

new kubernetes.batch.v1.CronJob("report", {
  metadata: { namespace: namespace.metadata.name },
  spec: {
    schedule: "0 6 * * *",
    jobTemplate: {
      spec: {
        template: {
          spec: { restartPolicy: "Never", containers: [{ name: "report", image: "python:3.13" }] },
        },
      },
    },
  },
});

exports.urls = cache.urls;
