type Json = { readonly [key: string]: unknown };

/**
 * The problem with a secret's policy that plainly lets everyone in, or undefined: a statement allows everyone without a
 * condition, and none denies anything. AWS analyzes all others and refuses what is public, because the component sets
 * `BlockPublicPolicy`.
 *
 * @param document A document that follows IAM's grammar.
 */
export function everyoneProblem({ Statement }: Json): string | undefined {
  const statements = [Statement].flat() as Json[];
  if (statements.some(({ Effect }) => Effect === "Deny")) return undefined;
  const index = statements.findIndex(({ Condition, Principal }) => Condition === undefined && isEveryone(Principal));
  return index < 0
    ? undefined
    : `statement ${index + 1} lets everyone in: name principals, or add an aws:PrincipalOrgID condition`;
}

function isEveryone(principal: unknown): boolean {
  return principal === "*" || [(principal as Json).AWS].flat().includes("*");
}
