import type { Field } from "../fields";
import { json, tags } from "../validators";

/** A JSON document that must be given. */
export const policy: Field = { required: true, kind: "json", validate: [json] };

/** The same, compared and kept as IAM does. */
export const iamPolicy: Field = { ...policy, kind: "policy" };

/** The name, which the provider chooses if none is given. */
export const NAME: Pick<Field, "computed" | "forceNew" | "conflictsWith"> = {
  computed: true,
  forceNew: true,
  conflictsWith: ["namePrefix"],
};

/** Longest automatic name, unless a type says otherwise. Source: pulumi-aws, provider/autonaming.go. */
export const AUTO_NAME = { maxLength: 255 };

export const tagField: Field = { validate: [tags] };
