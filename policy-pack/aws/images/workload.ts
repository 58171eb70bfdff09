import type { AnyResource } from "../../kit/policy";
import { type Fields, fieldsOf, items, json, read, unknown, type Value } from "../../kit/values";
import { appRunnerService, batchJobDefinition, kubernetes, taskDefinition } from "../types";

/** The images that a workload names. `open` if some are not known yet. */
export interface Images {
  readonly images: readonly string[];
  readonly open: boolean;
}

type Reader = (props: object) => Value[];

const containerLists = ["containers", "initContainers", "ephemeralContainers"];

const readers: Readonly<Record<string, Reader>> = {
  [taskDefinition]: (props) => each(json(read(props, "containerDefinitions")), imageOf),
  [batchJobDefinition]: (props) => [
    ...imageOf(json(read(props, "containerProperties"))),
    ...ecsImages(json(read(props, "ecsProperties"))),
    ...each(at(json(read(props, "nodeProperties")), "nodeRangeProperties"), (range) => [
      ...imageOf(at(range, "container")),
      ...ecsImages(at(range, "ecsProperties")),
    ]),
    ...podImages(at(read(props, "eksProperties"), "podProperties")),
  ],
  [appRunnerService]: (props) => [at(read(props, "sourceConfiguration"), "imageRepository", "imageIdentifier")],
};

/** Whether the resource can name container images that are pulled when it runs. */
export function isWorkload(resource: AnyResource): boolean {
  return resource.type in readers || resource.type.startsWith(kubernetes);
}

export function imagesOf(resource: AnyResource): Images {
  const reader = readers[resource.type] ?? kubernetesImages;
  const values = reader(resource.props);
  return {
    images: [...new Set(values.filter((value) => typeof value === "string"))],
    open: values.includes(unknown),
  };
}

/** A pod is `spec`, or a template in it. Lists hold either. */
function kubernetesImages(props: object): Value[] {
  return ["spec", "template", "items"].flatMap((key) => {
    const value = read(props, key);
    if (key === "items")
      return each(value, (item) => (item === unknown ? [unknown] : kubernetesImages(fieldsOf(item))));
    return key === "spec" ? specImages(value) : templateImages(value);
  });
}

function specImages(spec: Value): Value[] {
  return [
    ...podImages(spec),
    ...templateImages(at(spec, "template")),
    ...templateImages(at(spec, "jobTemplate", "spec", "template")),
  ];
}

function templateImages(template: Value): Value[] {
  return template === unknown ? [unknown] : podImages(at(template, "spec"));
}

function podImages(pod: Value): Value[] {
  if (pod === unknown) return [unknown];
  return [
    ...containerLists.flatMap((list) => each(at(pod, list), imageOf)),
    ...each(at(pod, "volumes"), (volume) => [at(volume, "image", "reference")]),
  ];
}

function ecsImages(ecs: Value): Value[] {
  return each(at(ecs, "taskProperties"), (task) => each(at(task, "containers"), imageOf));
}

function imageOf(container: Value): Value[] {
  return [at(container, "image")];
}

function each(list: Value, images: (item: Value) => Value[]): Value[] {
  const found = items(list);
  return found === unknown ? [unknown] : found.flatMap(images);
}

/** A field in a value. Unknown if the value or the field is unknown. */
function at(value: Value, ...path: readonly string[]): Value {
  let current = value;
  for (const key of path) {
    if (current === unknown) return unknown;
    current = (fieldsOf(current) as Fields)[key];
  }
  return current;
}
