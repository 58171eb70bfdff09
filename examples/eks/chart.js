const kubernetes = require("@pulumi/kubernetes");
const pulumi = require("@pulumi/pulumi");

/** Stands for a chart: workloads whose images this program does not write, as those of kubernetes.helm.v4.Chart. */
class MetricsChart extends pulumi.ComponentResource {
  constructor(name, args, options) {
    super("examples:index:MetricsChart", name, args, options);
    const metadata = { namespace: args.namespace };
    const labels = { app: name };
    const running = (pod) => ({ selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } });

    new kubernetes.apps.v1.Deployment(
      `${name}-server`,
      {
        metadata,
        spec: running({
          initContainers: [{ name: "wait", image: "busybox:1.36", command: ["sleep", "1"] }],
          containers: [
            { name: "server", image: "quay.io/prometheus/prometheus:v3.0.1" },
            { name: "proxy", image: "registry.example.com/metrics/proxy:2.4" },
          ],
        }),
      },
      { parent: this },
    );
    new kubernetes.apps.v1.DaemonSet(
      `${name}-node`,
      {
        metadata,
        spec: running({
          containers: [{ name: "node", image: "registry.k8s.io/metrics-server/metrics-server:v0.7.2" }],
        }),
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}

module.exports = { MetricsChart };
