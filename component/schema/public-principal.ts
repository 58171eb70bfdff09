/** Condition keys that narrow "everyone" to somebody, when an operator demands that they match. */
const NARROWING_KEYS =
  /^aws:(principalorgid|principalorgpaths|principalaccount|principalarn|sourceaccount|sourcearn)$/i;
/** Not `ForAllValues:` and not `...IfExists`, which hold where the key is absent. */
const DEMANDING_OPERATORS = /^(foranyvalue:)?(string|arn)(equals|equalsignorecase|like)$/i;

/** What is wrong with a resource policy that lets everyone in, or undefined. */
export function publicStatementProblem(json: string): string | undefined {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    return "must be a JSON document";
  }
  const statements = record(document)?.Statement;
  const list = Array.isArray(statements) ? statements : [statements];
  const index = list.findIndex((statement) => isPublic(record(statement)));
  return index < 0
    ? undefined
    : `statement ${index + 1} lets everyone in: name principals, or add an aws:PrincipalOrgID condition`;
}

function isPublic(statement: { [key: string]: unknown } | undefined): boolean {
  if (statement?.Effect !== "Allow") return false;
  const everyone = "NotPrincipal" in statement || names(statement.Principal).includes("*");
  return everyone && !isNarrowed(statement.Condition);
}

function names(principal: unknown): unknown[] {
  const values = typeof principal === "object" && principal !== null ? Object.values(principal) : [principal];
  return values.flat();
}

function isNarrowed(condition: unknown): boolean {
  return Object.entries(record(condition) ?? {}).some(
    ([operator, keys]) =>
      DEMANDING_OPERATORS.test(operator) &&
      Object.entries(record(keys) ?? {}).some(
        ([key, values]) => NARROWING_KEYS.test(key) && names(values).every(isSomebody),
      ),
  );
}

/** Whether a condition's value belongs to one organization or account: what comes after the account may be a pattern. */
function isSomebody(value: unknown): boolean {
  const text = String(value);
  const owner = text.startsWith("arn:") ? text.split(":")[4] : text.split("/")[0];
  return owner !== undefined && owner !== "" && !/[*?]/.test(owner);
}

function record(value: unknown): { [key: string]: unknown } | undefined {
  return typeof value === "object" && value !== null ? (value as { [key: string]: unknown }) : undefined;
}
