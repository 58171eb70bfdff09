import type { KnownPlace } from "./place";

const KUBERNETES = "Kubernetes API reference";
const TEMPLATE = ["spec.template.spec"];

const PROMETHEUS = "Prometheus operator 0.85, CRDs of monitoring.coreos.com";
const VICTORIA = "VictoriaMetrics operator 0.74, CRDs of operator.victoriametrics.com";
const STRIMZI = "Strimzi 1.2, CRDs of kafka.strimzi.io; until 0.45 with ZooKeeper and MirrorMaker 1";
const TEKTON = "Tekton Pipelines 1.15, CRDs of tekton.dev and Go types TaskSpec and EmbeddedTask";
const ROLLOUTS = "Argo Rollouts 1.8, CRDs of argoproj.io";
const WORKFLOWS = "Argo Workflows 4.0, full CRDs of argoproj.io";
const KNATIVE = "Knative Serving 0.51, CRDs of serving.knative.dev";
const CNPG = "CloudNativePG 1.30, CRDs of postgresql.cnpg.io";
const CROSSPLANE = "Crossplane 2.4, CRDs of pkg.crossplane.io";

const taskSpec = (spec: string) =>
  ["stepTemplate.image", "steps[].image", "sidecars[].image", "volumes[].image.reference"].map(
    (path) => `${spec}.${path}`,
  );
const pipelineSpec = (spec: string) => ["tasks", "finally"].flatMap((list) => taskSpec(`${spec}.${list}[].taskSpec`));
const podTemplate = (spec: string) => `${spec}.podTemplate.volumes[].image.reference`;

const workflowImages = (spec: string) => {
  const template = [
    "container.image",
    "script.image",
    "containerSet.containers[].image",
    "initContainers[].image",
    "sidecars[].image",
    "volumes[].image.reference",
  ];
  const inline = ["dag.tasks[].inline", "steps[][].inline"].flatMap((step) =>
    template.map((path) => `${step}.${path}`),
  );
  return [
    `${spec}.volumes[].image.reference`,
    ...[...template, ...inline].flatMap((path) => [`${spec}.templates[].${path}`, `${spec}.templateDefaults.${path}`]),
  ];
};

/** The volumes of Pods that Strimzi makes. */
const strimziPod = (spec: string) => `${spec}.template.pod.volumes[].image.reference`;

/** Kinds of Kubernetes, with the group after the dot. */
export const KUBERNETES_PLACES: readonly KnownPlace[] = [
  { kind: "Pod", podSpecs: ["spec"], source: KUBERNETES },
  { kind: "PodTemplate", podSpecs: ["template.spec"], source: KUBERNETES },
  { kind: "ReplicationController", podSpecs: TEMPLATE, source: KUBERNETES },
  ...["Deployment", "DaemonSet", "StatefulSet", "ReplicaSet"].map((kind) => ({
    kind: `${kind}.apps`,
    podSpecs: TEMPLATE,
    source: KUBERNETES,
  })),
  ...["Deployment", "DaemonSet", "ReplicaSet"].map((kind) => ({
    kind: `${kind}.extensions`,
    podSpecs: TEMPLATE,
    source: `${KUBERNETES}, until 1.15`,
  })),
  { kind: "Job.batch", podSpecs: TEMPLATE, source: KUBERNETES },
  { kind: "CronJob.batch", podSpecs: ["spec.jobTemplate.spec.template.spec"], source: KUBERNETES },

  { kind: "Rollout.argoproj.io", podSpecs: TEMPLATE, source: ROLLOUTS },
  { kind: "Experiment.argoproj.io", podSpecs: ["spec.templates[].template.spec"], source: ROLLOUTS },
  ...["AnalysisTemplate", "ClusterAnalysisTemplate", "AnalysisRun"].map((kind) => ({
    kind: `${kind}.argoproj.io`,
    podSpecs: ["spec.metrics[].provider.job.spec.template.spec"],
    source: ROLLOUTS,
  })),
  ...["Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate"].map((kind) => ({
    kind: `${kind}.argoproj.io`,
    images: workflowImages("spec"),
    source: WORKFLOWS,
  })),
  { kind: "CronWorkflow.argoproj.io", images: workflowImages("spec.workflowSpec"), source: WORKFLOWS },

  { kind: "ScaledJob.keda.sh", podSpecs: ["spec.jobTargetRef.template.spec"], source: "KEDA 2.21, CRD of ScaledJob" },

  { kind: "Service.serving.knative.dev", podSpecs: TEMPLATE, source: KNATIVE },
  { kind: "Configuration.serving.knative.dev", podSpecs: TEMPLATE, source: KNATIVE },
  { kind: "Revision.serving.knative.dev", podSpecs: ["spec"], source: KNATIVE },

  {
    kind: "Cluster.postgresql.cnpg.io",
    images: ["spec.imageName", "spec.postgresql.extensions[].image.reference"],
    source: CNPG,
  },
  ...["ImageCatalog", "ClusterImageCatalog"].map((kind) => ({
    kind: `${kind}.postgresql.cnpg.io`,
    images: ["spec.images[].image", "spec.images[].extensions[].image.reference", "spec.componentImages[].image"],
    source: CNPG,
  })),
  { kind: "Pooler.postgresql.cnpg.io", images: ["spec.pgbouncer.image"], podSpecs: TEMPLATE, source: CNPG },

  {
    kind: "Prometheus.monitoring.coreos.com",
    images: ["spec.image", "spec.thanos.image"],
    podSpecs: ["spec"],
    source: PROMETHEUS,
  },
  ...["Alertmanager", "PrometheusAgent", "ThanosRuler"].map((kind) => ({
    kind: `${kind}.monitoring.coreos.com`,
    images: ["spec.image"],
    podSpecs: ["spec"],
    source: PROMETHEUS,
  })),

  ...["VMAgent", "VMAlert", "VMAlertmanager", "VMAuth", "VMSingle", "VLSingle", "VLAgent", "VTSingle", "VMAnomaly"].map(
    (kind) => ({
      kind: `${kind}.operator.victoriametrics.com`,
      images: ["spec.image.repository:tag", "spec.vmBackup.image.repository:tag", "spec.configReloaderImage"],
      podSpecs: ["spec"],
      source: VICTORIA,
    }),
  ),
  ...[
    ["VMCluster", ["vmselect", "vminsert", "vmstorage", "requestsLoadBalancer.spec"]],
    ["VLCluster", ["vlselect", "vlinsert", "vlstorage", "requestsLoadBalancer.spec"]],
    ["VTCluster", ["select", "insert", "storage", "requestsLoadBalancer.spec"]],
    ["VMDistributed", ["vmauth.spec", "zoneCommon.vmagent.spec", "zones[].vmagent.spec"]],
    ["VLDistributed", ["vmauth.spec", "zoneCommon.vlagent.spec", "zones[].vlagent.spec"]],
  ].map(([kind, parts]) => ({
    kind: `${kind}.operator.victoriametrics.com`,
    images: [parts]
      .flat()
      .flatMap((part) =>
        ["image.repository:tag", "vmBackup.image.repository:tag", "configReloaderImage"].map(
          (path) => `${part}.${path}`,
        ),
      )
      .map((path) => `spec.${path}`),
    podSpecs: [parts].flat().map((part) => `spec.${part}`),
    source: VICTORIA,
  })),

  { kind: "Task.tekton.dev", images: taskSpec("spec"), source: TEKTON },
  { kind: "ClusterTask.tekton.dev", images: taskSpec("spec"), source: TEKTON },
  { kind: "StepAction.tekton.dev", images: ["spec.image"], source: TEKTON },
  { kind: "TaskRun.tekton.dev", images: [...taskSpec("spec.taskSpec"), podTemplate("spec")], source: TEKTON },
  { kind: "Pipeline.tekton.dev", images: pipelineSpec("spec"), source: TEKTON },
  {
    kind: "PipelineRun.tekton.dev",
    images: [
      ...pipelineSpec("spec.pipelineSpec"),
      podTemplate("spec.taskRunTemplate"),
      podTemplate("spec.taskRunSpecs[]"),
    ],
    source: TEKTON,
  },

  {
    kind: "Kafka.kafka.strimzi.io",
    images: [
      "spec.kafka.image",
      "spec.kafka.brokerRackInitImage",
      "spec.zookeeper.image",
      "spec.entityOperator.topicOperator.image",
      "spec.entityOperator.userOperator.image",
      "spec.entityOperator.tlsSidecar.image",
      "spec.cruiseControl.image",
      "spec.kafkaExporter.image",
      ...["kafka", "entityOperator", "cruiseControl", "kafkaExporter"].map((part) => strimziPod(`spec.${part}`)),
    ],
    source: STRIMZI,
  },
  ...["KafkaConnect", "KafkaBridge", "KafkaMirrorMaker", "KafkaMirrorMaker2"].map((kind) => ({
    kind: `${kind}.kafka.strimzi.io`,
    images: ["spec.image", "spec.clientRackInitImage", strimziPod("spec"), "spec.plugins[].artifacts[].reference"],
    source: STRIMZI,
  })),
  { kind: "KafkaNodePool.kafka.strimzi.io", images: [strimziPod("spec")], source: STRIMZI },

  {
    kind: "DeploymentRuntimeConfig.pkg.crossplane.io",
    podSpecs: ["spec.deploymentTemplate.spec.template.spec"],
    source: CROSSPLANE,
  },
  ...["Provider", "Configuration", "Function"].map((kind) => ({
    kind: `${kind}.pkg.crossplane.io`,
    images: ["spec.package"],
    source: `${CROSSPLANE}; crossplane/crossplane#6137; Crossplane docs, "Image Configs"`,
    stays:
      "Crossplane pulls its packages itself, with its own service account, and their dependencies go by this name; map it with an ImageConfig",
  })),
];
