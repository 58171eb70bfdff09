/** The name of an AWS error, such as `AccessDeniedException`. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

/** Whether a call failed because of a missing permission. Services spell the error with and without the ending. */
export function isDenied(error: unknown): boolean {
  return /^AccessDenied(Exception)?$/.test(errorName(error));
}

/** Whether a server took longer than the time limit. The SDK gives closed connections the same name, and other codes. */
export function isTimeout(error: unknown): boolean {
  return errorName(error) === "TimeoutError" && (codeOf(error) ?? "ETIMEDOUT") === "ETIMEDOUT";
}

const CREDENTIALS = /^(CredentialsProviderError|TokenProviderError)$/;
const REJECTED =
  /^(ExpiredToken(Exception)?|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidSignatureException)$/;

/** What the SDK adds to its errors about an answer that is no AWS's, such as a page of a proxy. */
const UNREADABLE = "Deserialization error";
export const NOT_AWS = "Check AWS_ENDPOINT_URL, HTTPS_PROXY and NO_PROXY, and log in to your network";

/** Why a call failed, for people. */
export function reasonOf(error: unknown): string {
  if (isTimeout(error)) return "no answer in time";
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (CREDENTIALS.test(name))
    return `there are no AWS credentials${ofProfile()} (${message}). Log in with \`aws sso login\`, name a profile in AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`;
  if (REJECTED.test(name)) return `AWS rejects the credentials${ofProfile()} (${name}: ${message})`;
  if (message.includes(UNREADABLE)) return `the answer is not AWS's. ${NOT_AWS}`;
  const code = codeOf(error);
  return code === undefined ? `${name}: ${message}` : `the connection failed (${message || code})`;
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function ofProfile(): string {
  const { AWS_PROFILE } = process.env;
  return AWS_PROFILE ? ` of the profile "${AWS_PROFILE}"` : "";
}
