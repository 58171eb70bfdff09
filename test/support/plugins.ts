import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Toolchain } from "../../local";
import { compiledFile } from "../../local/pulumi-cli/dist";

/** Plugins that serve many commands. Starting them takes a third of the processor time of a deployment. */
export interface SharedPlugins {
  /** Starts plugins with this environment. Commands with the returned variables attach to them. */
  attach(environment: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv>;
  stop(): void;
}

export function sharedPlugins({ languageHost }: Toolchain): SharedPlugins {
  const processes: ChildProcess[] = [];
  const attached = new Map<string, Promise<NodeJS.ProcessEnv>>();

  /** Returns the port, which a plugin prints first. */
  async function start(env: NodeJS.ProcessEnv, ...command: readonly string[]): Promise<string> {
    const child = spawn(process.execPath, command, { env, stdio: ["ignore", "pipe", "inherit"] });
    processes.push(child);
    for await (const port of createInterface({ input: child.stdout })) return port;
    throw new Error(`${command.join(" ")} ended before it served`);
  }

  async function startAll(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
    const [provider, host] = await Promise.all([
      // The bridge has one configuration for each process, so each command starts its own.
      process.env.LOCAL_AWS_PLUGIN ? undefined : start(env, compiledFile("bundle/provider.js"), "aws"),
      languageHost && start(env, languageHost),
    ]);
    return {
      ...(provider && { PULUMI_DEBUG_PROVIDERS: `aws:${provider}` }),
      ...(host && { PULUMI_DEBUG_LANGUAGES: `nodejs:${host}` }),
    };
  }

  return {
    attach: (environment) => {
      const key = JSON.stringify(environment);
      const started = attached.get(key) ?? startAll(environment);
      attached.set(key, started);
      return started;
    },
    stop: () => {
      for (const child of processes) child.kill("SIGKILL");
    },
  };
}
