import { type Places, podSpecs, same } from "./place";

const template = podSpecs("spec.template.spec");

const taskSpec = (at: string) =>
  ["stepTemplate.image", "steps[].image", "sidecars[].image"].map((path) => `${at}.${path}`);
const pipelineSpec = (at: string) => [...taskSpec(`${at}.tasks[].taskSpec`), ...taskSpec(`${at}.finally[].taskSpec`)];
const workflow = (at: string) =>
  [
    "container.image",
    "script.image",
    "containerSet.containers[].image",
    "initContainers[].image",
    "sidecars[].image",
  ].flatMap((path) => [`${at}.templates[].${path}`, `${at}.templateDefaults.${path}`]);
const victoriaCluster = (...parts: readonly string[]) => {
  const at = [...parts, "requestsLoadBalancer.spec"].map((part) => `spec.${part}`);
  return { images: [...at.map((part) => `${part}.image.repository:tag`), ...podSpecs(...at)] };
};

/** Kinds, with the group after the dot. Sources: the API references and CRDs of each project. */
export const kubernetesPlaces: Places = {
  Pod: { images: podSpecs("spec") },
  PodTemplate: { images: podSpecs("template.spec") },
  ReplicationController: { images: template },
  ...same(["Deployment.apps", "DaemonSet.apps", "StatefulSet.apps", "ReplicaSet.apps"], template),
  ...same(["Deployment.extensions", "DaemonSet.extensions", "ReplicaSet.extensions"], template),
  "Job.batch": { images: template },
  "CronJob.batch": { images: podSpecs("spec.jobTemplate.spec.template.spec") },

  "Rollout.argoproj.io": { images: template },
  "Experiment.argoproj.io": { images: podSpecs("spec.templates[].template.spec") },
  ...same(
    ["AnalysisTemplate.argoproj.io", "ClusterAnalysisTemplate.argoproj.io", "AnalysisRun.argoproj.io"],
    podSpecs("spec.metrics[].provider.job.spec.template.spec"),
  ),
  ...same(
    ["Workflow.argoproj.io", "WorkflowTemplate.argoproj.io", "ClusterWorkflowTemplate.argoproj.io"],
    workflow("spec"),
  ),
  "CronWorkflow.argoproj.io": { images: workflow("spec.workflowSpec") },

  "ScaledJob.keda.sh": { images: podSpecs("spec.jobTargetRef.template.spec") },

  ...same(["Service.serving.knative.dev", "Configuration.serving.knative.dev"], template),
  "Revision.serving.knative.dev": { images: podSpecs("spec") },

  "Cluster.postgresql.cnpg.io": { images: ["spec.imageName", "spec.postgresql.extensions[].image.reference"] },
  ...same(
    ["ImageCatalog.postgresql.cnpg.io", "ClusterImageCatalog.postgresql.cnpg.io"],
    ["spec.images[].image", "spec.images[].extensions[].image.reference", "spec.componentImages[].image"],
  ),
  "Pooler.postgresql.cnpg.io": { images: template },

  "Prometheus.monitoring.coreos.com": { images: ["spec.image", "spec.thanos.image", ...podSpecs("spec")] },
  ...same(
    ["Alertmanager", "PrometheusAgent", "ThanosRuler"].map((kind) => `${kind}.monitoring.coreos.com`),
    ["spec.image", ...podSpecs("spec")],
  ),

  ...same(
    ["VMAgent", "VMAlert", "VMAlertmanager", "VMAuth", "VMSingle", "VLSingle", "VLAgent", "VTSingle", "VMAnomaly"].map(
      (kind) => `${kind}.operator.victoriametrics.com`,
    ),
    [
      "spec.image.repository:tag",
      "spec.vmBackup.image.repository:tag",
      "spec.configReloaderImage",
      ...podSpecs("spec"),
    ],
  ),
  "VMCluster.operator.victoriametrics.com": victoriaCluster("vmselect", "vminsert", "vmstorage"),
  "VLCluster.operator.victoriametrics.com": victoriaCluster("vlselect", "vlinsert", "vlstorage"),
  "VTCluster.operator.victoriametrics.com": victoriaCluster("vtselect", "vtinsert", "vtstorage"),

  ...same(["Task.tekton.dev", "ClusterTask.tekton.dev"], taskSpec("spec")),
  "StepAction.tekton.dev": { images: ["spec.image"] },
  "TaskRun.tekton.dev": { images: taskSpec("spec.taskSpec") },
  "Pipeline.tekton.dev": { images: pipelineSpec("spec") },
  "PipelineRun.tekton.dev": { images: pipelineSpec("spec.pipelineSpec") },

  "Kafka.kafka.strimzi.io": {
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
  },
  ...same(
    ["KafkaConnect", "KafkaBridge", "KafkaMirrorMaker", "KafkaMirrorMaker2"].map((kind) => `${kind}.kafka.strimzi.io`),
    ["spec.image", "spec.clientRackInitImage"],
  ),

  ...same(
    ["Provider.pkg.crossplane.io", "Configuration.pkg.crossplane.io", "Function.pkg.crossplane.io"],
    ["spec.package"],
    {
      stays: true,
    },
  ),
};

/** Where operators that this table does not know usually have their Pods. */
export const usualPlaces = podSpecs(
  "spec",
  "spec.template.spec",
  "spec.jobTemplate.spec.template.spec",
  "template.spec",
);
