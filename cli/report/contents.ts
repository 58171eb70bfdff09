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
  /** Images whose scan failed. Undefined if ECR tells the status of no scan. */
  readonly failedScans?: number;
}

/** The sum of several repositories. */
export interface Sum {
  readonly repositories: number;
  readonly images: number;
  readonly bytes: number;
  readonly lastPull?: Date;
  readonly withoutLifecycle: number;
  readonly failedScans?: number;
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

export function sumOf(contents: readonly RepositoryContents[]): Sum {
  const scans = contents.flatMap(({ failedScans }) => failedScans ?? []);
  return {
    repositories: contents.length,
    images: add(contents.map(({ images = 0 }) => images)),
    bytes: add(contents.map(({ bytes = 0 }) => bytes)),
    lastPull: newest(contents.map(({ lastPull }) => lastPull)),
    withoutLifecycle: contents.filter(({ hasLifecycle }) => hasLifecycle === false).length,
    failedScans: scans.length === 0 ? undefined : add(scans),
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
