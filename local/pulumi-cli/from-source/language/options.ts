import type { ProgramInfo } from "@pulumi/pulumi/proto/language_pb";

/** `runtime.options` of a Pulumi.yaml, PulumiPlugin.yaml or PulumiPolicy.yaml, those that this host supports. */
export interface RuntimeOptions {
  /** Compile TypeScript while it is loaded. Default: true. */
  readonly typescript: boolean;
  readonly tsconfig?: string;
  readonly nodeArguments: string[];
}

export function readOptions(info: ProgramInfo | undefined): RuntimeOptions {
  const options = (info?.getOptions()?.toJavaScript() ?? {}) as { [K in "tsconfig" | "nodeargs"]?: string } & {
    typescript?: boolean;
  };
  const { typescript = true, tsconfig, nodeargs = "" } = options;
  return { typescript, tsconfig, nodeArguments: nodeargs.split(/\s+/).filter((argument) => argument !== "") };
}

/** The environment variables by which the SDK's runners learn of the options. */
export function optionsEnvironment({ typescript, tsconfig }: RuntimeOptions): NodeJS.ProcessEnv {
  return {
    ...(typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(tsconfig !== undefined && { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
  };
}
