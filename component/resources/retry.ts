/** Seconds that ECR is given to see a secret or a role that was made moments ago. */
const PATIENCE = 120;
const LONGEST_PAUSE = 10;

/**
 * What ECR says of a secret that it does not see yet. The rule depends on the secret's value, so it exists. Source: API
 * model of Amazon ECR, errors of CreatePullThroughCacheRule and UpdatePullThroughCacheRule.
 */
const SECRET_NOT_SEEN = /\b(SecretNotFound|UnableToAccessSecret)Exception\b/;

/** ECR has no error of its own for a role: what it refuses a request with tells of the role in its message. */
const ROLE_NOT_SEEN =
  /\b(InvalidParameter|Validation)Exception\b.*\brole\b.*\b(assume|assumed|not found|not exist|unable to)\b/is;

/**
 * Milliseconds to wait before the next attempt, or undefined when there is to be none: the error is another one, or ECR
 * has had its time.
 *
 * @param attempts How many have failed.
 * @param error What AWS said to the last one.
 */
export function pauseAfter(attempts: number, error: string): number | undefined {
  if (!SECRET_NOT_SEEN.test(error) && !ROLE_NOT_SEEN.test(error)) return undefined;
  const pauses = Array.from({ length: attempts }, (_, index) => Math.min(2 ** index, LONGEST_PAUSE));
  const waited = pauses.reduce((sum, pause) => sum + pause, 0);
  return waited > PATIENCE ? undefined : (pauses.at(-1) ?? 0) * 1000;
}
