import { type DocumentRules, MalformedPolicy, parsePolicy } from "../../policy/document";
import { malformedPolicy } from "./errors";

export function checkDocument(text: string, rules: DocumentRules): void {
  try {
    const statements = parsePolicy(text, rules);
    const trustActions = [
      "sts:AssumeRole",
      "sts:TagSession",
      "sts:SetSourceIdentity",
      "sts:AssumeRoleWithWebIdentity",
      "sts:*",
      "*",
    ];
    const isTrust = rules.principal === "required";
    const foreign = isTrust
      ? statements.flatMap(({ actions }) => actions ?? []).find((action) => !trustActions.includes(action))
      : undefined;
    if (foreign !== undefined) throw new MalformedPolicy("AssumeRole policy may only specify STS AssumeRole actions.");
  } catch (error) {
    if (error instanceof MalformedPolicy) throw malformedPolicy(error.message);
    throw error;
  }
}

/** IAM sends policy documents URL-encoded. */
export const encodeDocument = (text: string) => encodeURIComponent(text);

/** IAM does not count white space in documents for its quotas. */
export const documentSize = (text: string) => text.replace(/\s/g, "").length;
