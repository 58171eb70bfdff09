import type { PullThroughCacheArgs } from "../../../component/args";
import { PullThroughCache } from "../../../component/index";
import { ACCOUNT, type Answers, Monitor } from "./monitor";

export const ROLE = `arn:aws:iam::${ACCOUNT}:role/team/a/puller`;
export const OTHER = "444455556666";

/** A cache of Docker Hub, with a secret that somebody else may read. */
export const DOCKERHUB: PullThroughCacheArgs = {
  registries: { dockerhub: { secret: { readers: [ROLE], tags: { own: "yes" } } } },
  credentials: { dockerhub: { username: "someone", accessToken: "a-token" } },
};

/** One of everything that the component can create. */
export const EVERYTHING: PullThroughCacheArgs = {
  ...DOCKERHUB,
  registries: {
    dockerhub: { secret: { readers: [ROLE] }, tokenExpires: "2199-01-31" },
    quay: { access: { accounts: [OTHER] } },
    ecr: { registry: `${OTHER}.dkr.ecr.eu-west-1.amazonaws.com`, upstreamPrefix: "base" },
  },
  defaults: { resourceTags: { cached: "yes" } },
  scanning: {},
  registryPolicy: {},
  pullerRoles: { nodes: ROLE },
  pullTimeExclusions: { scanner: ROLE },
  alerts: { emails: ["someone@example.com"] },
};

/** Programs with one component, and what each of them registers. */
export class Programs {
  /** The engine of the program that ran last. */
  monitor!: Monitor;

  /** Runs a program with one component, as users' unit tests do, and waits for its end. */
  readonly run = async (
    args: PullThroughCacheArgs,
    more: (cache: PullThroughCache) => unknown = () => undefined,
    answers: Answers = {},
  ): Promise<unknown> => {
    this.monitor = await Monitor.start(answers);
    const result = more(new PullThroughCache("cache", args));
    await this.monitor.end();
    return result;
  };

  /** The inputs of a resource. */
  readonly inputsOf = (type: string, name: string) => this.monitor.find(type, name).inputs;
}
