import { around, stretched } from "../values";
import { counts, named, texts } from "./samples";

/** Tags as most AWS APIs take them. */
export function tagsOf(tags: { readonly [key: string]: unknown }) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** IAM's model has a pattern for tags, so the tags of roles are tried with all texts, and the others with some. */
export function tagMaps(every: number): { [key: string]: string }[] {
  return [
    ...tagTexts()
      .filter((_, index) => index % every === 0)
      .flatMap((text) => [{ [text]: "value" }, { key: text }]),
    ...counts(50).map((count) => Object.fromEntries(named(count).map((key) => [key, ""]))),
  ];
}

const tagTexts = (): string[] => [
  ...(texts("iam", "tagKeyType") as string[]),
  ...around(256).map((length) => stretched("value", length)),
  ...["aws:name", "AWS:name", "Aws:", "aws", "team aws:", "ÄÖ", "名前", "a\u00a0b"],
];
