/** How many seconds to wait until ECR sees a new secret or role. */
const PATIENCE = 120;
const LONGEST_PAUSE = 10;

/**
 * ECR's errors for a secret that it does not see yet. The secret exists, because the rule depends on its value. Source:
 * API model of Amazon ECR, errors of CreatePullThroughCacheRule and UpdatePullThroughCacheRule.
 */
const SECRET_NOT_SEEN = /\b(SecretNotFound|UnableToAccessSecret)Exception\b/;

/**
 * ECR has no error code for a role that it does not see yet. Only the message mentions the role. Each pattern is
 * searched once, behind the one before it: a single expression with gaps would take cubic time.
 */
const ROLE_NOT_SEEN = [
  /\b(InvalidParameter|Validation)Exception\b/i,
  /\brole\b/i,
  /\b(assume|assumed|not found|not exist|unable to)\b/i,
];

/**
 * Milliseconds to wait before the next attempt. Undefined to give up: the error has another cause, or the time is over.
 *
 * @param attempts Number of failed attempts.
 * @param error Error of the last attempt.
 */
export function pauseAfter(attempts: number, error: string): number | undefined {
  if (!SECRET_NOT_SEEN.test(error) && !inOrder(error, ROLE_NOT_SEEN)) return undefined;
  const pauses = Array.from({ length: attempts }, (_, index) => Math.min(2 ** index, LONGEST_PAUSE));
  const waited = pauses.reduce((sum, pause) => sum + pause, 0);
  return waited > PATIENCE ? undefined : (pauses.at(-1) ?? 0) * 1000;
}

function inOrder(text: string, patterns: readonly RegExp[]): boolean {
  let rest = text;
  for (const pattern of patterns) {
    const found = pattern.exec(rest);
    if (found === null) return false;
    rest = rest.slice(found.index + found[0].length);
  }
  return true;
}
