// Writes the policy pack's own copy of the places of images, which it has because it contains no code of the component.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { KUBERNETES_PLACES } from "../component/images/places/kubernetes";
import type { KnownPlace } from "../component/images/places/place";
import { RESOURCE_PLACES } from "../component/images/places/resources";

interface Group {
  readonly kinds: string[];
  readonly place: string;
}

/** The copy. Kinds with equal places stand together. */
export function policyPlaces(): string {
  const groups = new Map<string, Group>();
  for (const known of [...KUBERNETES_PLACES, ...RESOURCE_PLACES]) {
    const place = placeOf(known);
    if (place.images?.length === 0) continue;
    const text = JSON.stringify(place);
    groups.set(text, { kinds: [...(groups.get(text)?.kinds ?? []), known.kind], place: text });
  }
  const lines = [...groups.values()].map(
    ({ kinds, place }) => `  {"kinds": ${JSON.stringify(kinds)},\n   ${place.slice(1)}`,
  );
  return `[\n${lines.join(",\n")}\n]\n`;
}

/** Which build arguments are images only the user says, to the component. */
function placeOf({ images, podSpecs, unless, stays }: KnownPlace) {
  return {
    ...(images && { images: images.filter((image) => !image.endsWith("(build)")) }),
    ...(podSpecs && { podSpecs }),
    ...(unless && { [unless.warning === undefined ? "unless" : "credentials"]: unless.property }),
    ...(stays !== undefined && { stays: true }),
  };
}

if (require.main === module) {
  writeFileSync(path.join(__dirname, "../policy-pack/aws/images/places/places.json"), policyPlaces());
}
