import { rm } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { emulatedCloud, realCloud } from "../../lab/aws/clouds";
import type { Cloud } from "../../lab/aws/sandbox";
import { onPath } from "../../local/pulumi-cli/toolchain";
import { inventory } from "./aws";
import { type Project, type Projects, startEngine, startProjects } from "./engine";
import { temporaryFolder } from "./leftovers";

/** Where the life of a stack is tested. */
export interface LifeTarget extends Projects {
  readonly cloud: Cloud;
  /** Every name starts with this. */
  readonly prefix: string;
  /** How long AWS's lists may lag behind its changes. */
  readonly lagMs: number;
  /** Whether the account has nothing at all. Only the emulator can tell. */
  isEmpty?(): Promise<boolean>;
}

/** The emulator, or the account that `npm run life` names, with the user's Pulumi CLI and plugins. */
export function startLifeTarget(): Promise<LifeTarget> {
  const { LIFE_ACCOUNT: account, LIFE_REGION: region = "", LIFE_PREFIX: prefix = "" } = process.env;
  return account === undefined ? emulated() : real(account, region, prefix);
}

async function emulated(): Promise<LifeTarget> {
  const engine = await startEngine();
  const cloud = emulatedCloud(engine.aws.url, "111122223333", "us-east-1");
  const isEmpty = async () => (await inventory(engine.aws, cloud.account)).empty;
  return { project: engine.project, stop: engine.stop, cloud, prefix: "life", lagMs: 0, isEmpty };
}

async function real(account: string, region: string, prefix: string): Promise<LifeTarget> {
  const cloud = await realCloud(account, region);
  const stacks = await temporaryFolder("engine-test");
  const environment = {
    ...process.env,
    AWS_REGION: region,
    PULUMI_BACKEND_URL: pathToFileURL(stacks).href,
    PULUMI_CONFIG_PASSPHRASE: "life",
    PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
    PULUMI_STACK: undefined,
  };
  const projects = await startProjects({ pulumi: onPath("pulumi") ?? "pulumi", environment });
  const made: Project[] = [];
  return {
    cloud,
    prefix,
    lagMs: 300_000,
    project: async (options) => {
      const project = await projects.project(options);
      made.push(project);
      return project;
    },
    stop: async () => {
      // The state knows resources that AWS's lists do not show yet.
      for (const project of made) await project.destroy({ expectFailure: true });
      await projects.stop();
      await rm(stacks, { recursive: true, force: true });
    },
  };
}
