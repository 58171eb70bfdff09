import type { Found } from "./entry";

const COMPONENT = "pull-through-cache:index:PullThroughCache";
const RULE = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";
const TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate";

/**
 * The input of `pulumi import --file`: the component, and the existing rules and templates under the names that the
 * component gives them. Without the component as their parent, the next preview would plan to delete them. `name` is
 * unique in the file, `logicalName` is the name in the stack.
 */
export function importFile(name: string, found: readonly Found[]): string {
  const children = found.flatMap(({ key, deployed }) => {
    const child = (type: string, kind: string) => ({
      type,
      name: `${name}-${key}-${kind}`,
      logicalName: `${name}-${key}`,
      id: key,
      parent: name,
    });
    // Without a state, assume a template: the module creates one for every registry.
    const hasTemplate = !deployed || deployed.template !== undefined;
    return [child(RULE, "rule"), ...(hasTemplate ? [child(TEMPLATE, "template")] : [])];
  });
  const resources = [{ type: COMPONENT, name, component: true }, ...children];
  return `${JSON.stringify({ resources }, undefined, 2)}\n`;
}
