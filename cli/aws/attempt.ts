import { failureOf } from "./calls";

/** Looks at one thing. If that fails, it is said, and the others go on. */
export async function attempt<T>(unchecked: string[], what: string, look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    unchecked.push(`${what}: ${failureOf(error)}`);
    return undefined;
  }
}
