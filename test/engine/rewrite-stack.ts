/** A stack of 100 workloads of five kinds with three images each: one has a rule, one a rule and a digest, one no rule. */

export const REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com";
export const RULES = [
  { upstream: "registry-1.docker.io", url: `${REGISTRY}/dockerhub` },
  { upstream: "ghcr.io", url: `${REGISTRY}/github` },
];
const WORKLOADS = 100;
const IMAGES_EACH = 3;

/** Every image of the stack as the program has it, and as it must be pulled. */
export const IMAGES = Array.from({ length: WORKLOADS * IMAGES_EACH }, (_, index): { given: string; pulled: string } => {
  const digest = `sha256:${index.toString(16).padStart(64, "0")}`;
  switch (index % IMAGES_EACH) {
    case 0:
      return { given: `app${index}:1.${index}`, pulled: `${REGISTRY}/dockerhub/library/app${index}:1.${index}` };
    case 1:
      return { given: `ghcr.io/org/app${index}@${digest}`, pulled: `ghcr.io/org/app${index}@${digest}` };
    default:
      return { given: `quay.io/org/app${index}:1`, pulled: `quay.io/org/app${index}:1` };
  }
});

/** A statement that registers the transform for the stack. */
export const REGISTER = register(RULES);

export function register(rules: unknown, options: unknown = {}): string {
  return `
const { imageTransform } = require("pulumi-pull-through-cache");
pulumi.runtime.registerResourceTransform(imageTransform(${JSON.stringify(rules)}, ${JSON.stringify(options)}));
`;
}

/** The program; `setup` runs before the workloads. */
export function workloads(setup: string): string {
  return `
const pulumi = require("@pulumi/pulumi");
${setup}
const images = ${JSON.stringify(IMAGES.map(({ given }) => given))};
const parent = new pulumi.ComponentResource("test:index:Chart", "chart");
const add = (type, name, inputs) => new pulumi.CustomResource(type, name, inputs, { parent });
for (let index = 0; index < ${WORKLOADS}; index++) {
  const name = "workload" + index;
  const [first, second, third] = images.slice(index * ${IMAGES_EACH});
  const metadata = { name, labels: { app: name } };
  const spec = {
    containers: [{ name: "a", image: first, env: [{ name: "TOKEN", value: "t" }] }, { name: "b", image: second }],
    initContainers: [{ name: "c", image: third }],
  };
  const template = { metadata, spec };
  const json = [{ name: "a", image: first }, { name: "b", image: second }, { name: "c", image: third }];
  switch (index % 5) {
    case 0: add("kubernetes:apps/v1:Deployment", name, { metadata, spec: { replicas: 1, template } }); break;
    case 1: add("kubernetes:core/v1:Pod", name, { metadata, spec }); break;
    case 2: add("kubernetes:batch/v1:CronJob", name, { metadata, spec: { jobTemplate: { spec: { template } } } }); break;
    case 3: add("aws:ecs/taskDefinition:TaskDefinition", name, { family: name, containerDefinitions: JSON.stringify(json) }); break;
    case 4: add("aws:batch/jobDefinition:JobDefinition", name, { type: "container", ecsProperties: JSON.stringify({ taskProperties: [{ containers: json }] }) }); break;
  }
}
`;
}
