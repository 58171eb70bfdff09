import { parseImageReference } from "pulumi-pull-through-cache/images";
import { stringify } from "yaml";
import type { Terminal } from "../terminal/terminal";
import type { Rewritten } from "./summary";

/** What kustomize's `images` reaches. Source: kustomize, api/filters/imagetag (legacy filter and field specs). */
const REACHED = /(^|\.)(containers|initContainers)\[\d+\]\.image$/;

/** Collects the list `images` of a kustomization, or of a Flux `HelmRelease` under `postRenderers`. */
export class KustomizeImages {
  private readonly names = new Map<string, string>();

  constructor(private readonly terminal: Terminal) {}

  add({ file, line, path, from, to }: Rewritten): void {
    if (REACHED.test(path)) this.names.set(nameOf(from), nameOf(to));
    else this.terminal.say(`${file}:${line}: ${from} is not in the list: kustomize's images do not reach ${path}`);
  }

  text(): string {
    const images = [...this.names].sort(([one], [other]) => (one < other ? -1 : 1));
    return stringify({ images: images.map(([name, newName]) => ({ name, newName })) }, { lineWidth: 0 });
  }
}

/** The reference as it is written, without its tag and digest. */
function nameOf(reference: string): string {
  const { tag, digest } = parseImageReference(reference);
  const version = (tag === undefined ? "" : `:${tag}`) + (digest === undefined ? "" : `@${digest}`);
  return reference.slice(0, reference.length - version.length);
}
