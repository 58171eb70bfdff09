import type { KnownPlace } from "./place";

const KUBERNETES = "Kubernetes API reference";
const TEMPLATE = ["spec.template.spec"];

const PROMETHEUS = "Prometheus operator, CRDs of monitoring.coreos.com";
const VICTORIA = "VictoriaMetrics operator, API reference of operator.victoriametrics.com";
const STRIMZI = "Strimzi, custom resource API reference";
const TEKTON = "Tekton Pipelines, API reference of tekton.dev/v1";
const ROLLOUTS = "Argo Rollouts, CRDs of argoproj.io";
const WORKFLOWS = "Argo Workflows, field reference";
const KNATIVE = "Knative Serving, CRDs of serving.knative.dev";
const CNPG = "CloudNativePG, API reference of postgresql.cnpg.io/v1";

const taskSpec = (spec: string) =>
  ["stepTemplate.image", "steps[].image", "sidecars[].image"].map((path) => `${spec}.${path}`);
const pipelineSpec = (spec: string) => ["tasks", "finally"].flatMap((list) => taskSpec(`${spec}.${list}[].taskSpec`));

const workflowImages = (spec: string) =>
  [
    "container.image",
    "script.image",
    "containerSet.containers[].image",
    "initContainers[].image",
    "sidecars[].image",
  ].flatMap((path) => [`${spec}.templates[].${path}`, `${spec}.templateDefaults.${path}`]);

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

  { kind: "ScaledJob.keda.sh", podSpecs: ["spec.jobTargetRef.template.spec"], source: "KEDA, CRD of ScaledJob" },

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
  { kind: "Pooler.postgresql.cnpg.io", podSpecs: TEMPLATE, source: CNPG },

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
    ["VTCluster", ["vtselect", "vtinsert", "vtstorage", "requestsLoadBalancer.spec"]],
  ].map(([kind, parts]) => ({
    kind: `${kind}.operator.victoriametrics.com`,
    images: [parts].flat().map((part) => `spec.${part}.image.repository:tag`),
    podSpecs: [parts].flat().map((part) => `spec.${part}`),
    source: VICTORIA,
  })),

  { kind: "Task.tekton.dev", images: taskSpec("spec"), source: TEKTON },
  { kind: "ClusterTask.tekton.dev", images: taskSpec("spec"), source: TEKTON },
  { kind: "StepAction.tekton.dev", images: ["spec.image"], source: TEKTON },
  { kind: "TaskRun.tekton.dev", images: taskSpec("spec.taskSpec"), source: TEKTON },
  { kind: "Pipeline.tekton.dev", images: pipelineSpec("spec"), source: TEKTON },
  { kind: "PipelineRun.tekton.dev", images: pipelineSpec("spec.pipelineSpec"), source: TEKTON },

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
    ],
    source: STRIMZI,
  },
  ...["KafkaConnect", "KafkaBridge", "KafkaMirrorMaker", "KafkaMirrorMaker2"].map((kind) => ({
    kind: `${kind}.kafka.strimzi.io`,
    images: ["spec.image", "spec.clientRackInitImage"],
    source: STRIMZI,
  })),

  ...["Provider", "Configuration", "Function"].map((kind) => ({
    kind: `${kind}.pkg.crossplane.io`,
    images: ["spec.package"],
    source: "Crossplane, API reference of pkg.crossplane.io",
    stays: "Crossplane pulls its packages itself, and the package manager has no credentials for Amazon ECR by itself",
  })),
];
