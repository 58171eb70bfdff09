/** Makes a call once, by its name, however often its answer is wanted. */
export type Sharing = <T>(name: string, call: () => Promise<T>) => Promise<T>;

export function sharing(): Sharing {
  const started = new Map<string, Promise<unknown>>();
  return <T>(name: string, call: () => Promise<T>) => {
    const calling = (started.get(name) as Promise<T> | undefined) ?? call();
    started.set(name, calling);
    return calling;
  };
}

/** The same for one call. */
export function once<T>(call: () => Promise<T>): () => Promise<T> {
  const shared = sharing();
  return () => shared("", call);
}
