import { setTimeout as sleep } from "node:timers/promises";

/** The longest pause, in seconds. */
const LONGEST = 60;

/**
 * Pauses all requests to an upstream that limits the rate. The pause doubles each time and is reset after a success.
 */
export class Limiter {
  private readonly pauses = new Map<string, { until: number; seconds: number }>();

  /** @param first Length of the first pause, in seconds. */
  constructor(private readonly first: number) {}

  /** Waits until the upstream may be called again, or nobody waits for it any more. */
  async ready(upstream: string, signal: AbortSignal): Promise<void> {
    while (this.remaining(upstream) > 0 && !signal.aborted) {
      await sleep(this.remaining(upstream), undefined, { signal }).catch(() => undefined);
    }
  }

  /** Records that the upstream limited the rate. Concurrent requests prolong the pause only once. */
  limited(upstream: string): void {
    if (this.remaining(upstream) > 0) return;
    const before = this.pauses.get(upstream)?.seconds ?? 0;
    const seconds = Math.min(LONGEST, before === 0 ? this.first : before * 2);
    this.pauses.set(upstream, { until: Date.now() + seconds * 1000, seconds });
  }

  succeeded(upstream: string): void {
    this.pauses.delete(upstream);
  }

  private remaining(upstream: string): number {
    return (this.pauses.get(upstream)?.until ?? 0) - Date.now();
  }
}
