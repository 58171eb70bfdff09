/** Calls that a `stop` fault holds until a test releases them or their client disconnects. */
export interface HeldCall {
  readonly service: string;
  readonly operation: string;
  readonly when: "before" | "after";
}

export class HeldCalls {
  private readonly held = new Map<HeldCall, (outcome: "released" | "gone") => void>();

  list(): HeldCall[] {
    return [...this.held.keys()];
  }

  /** Resolves when the call may continue, or when nobody waits for its answer any more. */
  hold(call: HeldCall, clientGone: AbortSignal): Promise<"released" | "gone"> {
    return new Promise((resolve) => {
      const settle = (outcome: "released" | "gone") => {
        this.held.delete(call);
        resolve(outcome);
      };
      this.held.set(call, settle);
      if (clientGone.aborted) settle("gone");
      clientGone.addEventListener("abort", () => settle("gone"), { once: true });
    });
  }

  release(): number {
    const waiting = [...this.held.values()];
    for (const settle of waiting) settle("released");
    return waiting.length;
  }
}
