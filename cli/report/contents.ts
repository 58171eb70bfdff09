/** What a repository of a cache contains. What could not be read is undefined. */
export interface RepositoryContents {
  readonly region: string;
  /** Prefix of the cache. */
  readonly cache: string;
  readonly upstream: string;
  readonly repository: string;
  /** Images without indexes, which only list the images of each platform. */
  readonly images?: number;
  /** Size of these images. Layers that they share are counted in each, so ECR may store less. */
  readonly bytes?: number;
  /** The newest pull of any image. Undefined also if ECR recorded none. */
  readonly lastPull?: Date;
  readonly hasLifecycle?: boolean;
  /** Images whose scan failed. Undefined if there are images, and ECR tells the status of no scan. */
  readonly failedScans?: number;
}

const COUNTS = ["repositories", "images", "bytes", "withoutLifecycle", "failedScans"] as const;
export type Count = (typeof COUNTS)[number];

/** The sum of several repositories. Of what is not known of some of them, there is at least so much; undefined for none. */
export interface Sum extends Readonly<Partial<Record<Count, number>>> {
  readonly atLeast: readonly Count[];
  readonly lastPull?: Date;
}

export interface CacheContents extends Sum {
  readonly region: string;
  readonly cache: string;
  readonly upstream: string;
}

/** Everything that a report shows. */
export interface Report {
  readonly account: string;
  readonly regions: readonly string[];
  readonly made: Date;
  /** US dollars for a gigabyte and month. */
  readonly price: number;
  readonly total: Sum;
  /** The largest first. */
  readonly caches: readonly CacheContents[];
  /** The largest first. */
  readonly repositories: readonly RepositoryContents[];
  /** What could not be read, and why. */
  readonly unchecked: readonly string[];
}

/** @param areAll Whether there are no other repositories. */
export function sumOf(contents: readonly RepositoryContents[], areAll: boolean): Sum {
  const values: Record<Count, readonly (number | undefined)[]> = {
    repositories: contents.map(() => 1),
    images: contents.map(({ images }) => images),
    bytes: contents.map(({ bytes }) => bytes),
    withoutLifecycle: contents.map(({ hasLifecycle }) =>
      hasLifecycle === undefined ? undefined : Number(!hasLifecycle),
    ),
    failedScans: contents.map(({ failedScans }) => failedScans),
  };
  const known = COUNTS.map((count) => {
    const numbers = values[count].filter((value) => value !== undefined);
    return { count, sum: add(numbers), isAll: areAll && numbers.length === contents.length };
  }).filter(({ sum, isAll }) => isAll || sum > 0);
  return {
    ...Object.fromEntries(known.map(({ count, sum }) => [count, sum])),
    atLeast: known.filter(({ isAll }) => !isAll).map(({ count }) => count),
    lastPull: newest(contents.map(({ lastPull }) => lastPull)),
  };
}

export function newest(times: readonly (Date | undefined)[]): Date | undefined {
  return times.reduce((best, time) => (!best || (time && time > best) ? time : best), undefined);
}

/** US dollars for a month. */
export function costOf({ bytes = 0 }: { readonly bytes?: number }, price: number): number {
  return (bytes / 1e9) * price;
}

function add(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
