import { resource, rule } from "../support";

/** Docker Hub's cache. */
export const hub = rule("hub", {
  ecrRepositoryPrefix: "hub",
  upstreamRegistryUrl: "registry-1.docker.io",
  registryId: "111122223333",
});
/** The URL of an image in it. */
export const cached = (path: string) => `111122223333.dkr.ecr.eu-central-1.amazonaws.com/hub/${path}`;
/** An ECS task definition with these images. */
export const task = (...images: unknown[]) =>
  resource("aws:ecs/taskDefinition:TaskDefinition", "task", {
    containerDefinitions: JSON.stringify(images.map((image, i) => ({ name: `c${i}`, image }))),
  });
