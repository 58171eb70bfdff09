/** Tokens that are recognized by their start. */
export interface TokenShape {
  readonly start: RegExp;
  /** What it is, as its registry calls it. */
  readonly what: string;
  /** Host of the registry that issues it, as ECR knows it. */
  readonly host?: string;
  /** Why ECR cannot pull with it, and what to give instead. */
  readonly unfit?: string;
}

const GITHUB = { host: "ghcr.io" };
const GITLAB = { host: "registry.gitlab.com" };
const CLASSIC = "give a classic personal access token (ghp_...) with read:packages";
const READ_REGISTRY = "give a deploy token or an access token with read_registry";

/**
 * Sources: GitHub, "About authentication to GitHub" and "Working with the Container registry"; GitLab, "Token overview";
 * Docker, "Personal access tokens" and "Organization access tokens"; IAM user guide, "IAM identifiers".
 */
const TOKEN_SHAPES: readonly TokenShape[] = [
  {
    ...GITHUB,
    start: /^github_pat_/,
    what: "a fine-grained token of GitHub",
    unfit: `ghcr.io accepts only classic ones: ${CLASSIC}`,
  },
  {
    ...GITHUB,
    start: /^gh[rsu]_/,
    what: "a token of a GitHub App or workflow",
    unfit: `it is valid for hours: ${CLASSIC}`,
  },
  { ...GITHUB, start: /^gh[a-z]_/, what: "a token of GitHub" },
  { ...GITLAB, start: /^gl(?:dt|pat)-/, what: "a token of GitLab" },
  {
    ...GITLAB,
    start: /^gl(?:agent|cbt|ffct|ft|imt|oas|ptt|rt|rtr|soat)-/,
    what: "a token of GitLab for something else",
    unfit: READ_REGISTRY,
  },
  { start: /^dckr_(?:pat|oat)_/, what: "an access token of Docker Hub", host: "registry-1.docker.io" },
  { start: /^(?:AKIA|ASIA)[A-Z0-9]{12}/, what: "an access key of AWS" },
];

/** What a text is if it starts like a known token. */
export function tokenShape(text: string): TokenShape | undefined {
  return TOKEN_SHAPES.find(({ start }) => start.test(text));
}

const STARTS = TOKEN_SHAPES.map(({ start }) => start.source.replace("^", "")).join("|");
const ANYWHERE = new RegExp(`(?:^|[^a-z])(?:${STARTS})`, "i");
/** Long enough to be no name. */
const TOKEN = new RegExp(`(?<![a-z])(?:${STARTS})[a-z0-9_-]{10,}`, "gi");

/** Whether a known token is in a text, whatever is before it. */
export function hasToken(text: string): boolean {
  return ANYWHERE.test(text);
}

/** A text without the known tokens in it. */
export function hideTokens(text: string): string {
  return text.replace(TOKEN, "(hidden)");
}
