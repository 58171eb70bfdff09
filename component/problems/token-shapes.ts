/** Tokens that are recognized by their start. */
export interface TokenShape {
  readonly start: RegExp;
  /** What it is, as its registry calls it. */
  readonly what: string;
  /** Host of the registry that issues it, as ECR knows it. Without one, it is for no registry. */
  readonly host?: string;
}

/**
 * Sources: GitHub, "About authentication to GitHub"; GitLab, "Token overview"; Docker, "Personal access tokens"; the IAM
 * user guide, "IAM identifiers".
 */
export const TOKEN_SHAPES: readonly TokenShape[] = [
  { start: /^github_pat_/, what: "a fine-grained personal access token of GitHub", host: "ghcr.io" },
  { start: /^ghp_/, what: "a classic personal access token of GitHub", host: "ghcr.io" },
  { start: /^gh[a-z]_/, what: "a token of GitHub that is no personal access token", host: "ghcr.io" },
  { start: /^gldt-/, what: "a deploy token of GitLab", host: "registry.gitlab.com" },
  { start: /^glpat-/, what: "an access token of GitLab", host: "registry.gitlab.com" },
  {
    start: /^gl(?:rt|rtr|cbt|ptt|ft|imt|agent|oas|soat|ffct)-/,
    what: "a token of GitLab that is no access token",
    host: "registry.gitlab.com",
  },
  { start: /^dckr_(?:pat|oat)_/, what: "an access token of Docker Hub", host: "registry-1.docker.io" },
  { start: /^(?:AKIA|ASIA)[A-Z0-9]{12}/, what: "an access key of AWS" },
];

/** What a text is if it starts like a known token. */
export function tokenShape(text: string): TokenShape | undefined {
  return TOKEN_SHAPES.find(({ start }) => start.test(text));
}

const ANYWHERE = new RegExp(
  `(?:^|[^a-z])(?:${TOKEN_SHAPES.map(({ start }) => start.source.replace("^", "")).join("|")})`,
  "i",
);

/** Whether a known token is in a text, whatever is before it. */
export function hasToken(text: string): boolean {
  return ANYWHERE.test(text);
}
