import assert from "node:assert/strict";
import {
  buildkitConfig,
  cacheEnvironment,
  containerdHosts,
  containersRegistriesConf,
  dockerfileArgs,
  kyvernoPolicy,
  mutatingAdmissionPolicy,
  renovateRegistryAliases,
} from "../../component/clients";
import { runCli } from "../support/cli";
import { RULES, rulesFile } from "./rules";

describe("config", () => {
  const usual = { digests: "leave", operators: [] } as const;
  const other = { digests: "rewrite", operators: ["tekton.dev", "argoproj.io"] } as const;
  const words = ["--digests", "rewrite", "--operator", "tekton.dev", "--operator", "argoproj.io"];
  const hosts = (fallback: boolean) =>
    Object.entries(containerdHosts(RULES, { fallback })).map(
      ([path, text]) => `# /etc/containerd/certs.d/${path}\n${text}`,
    );
  const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
  const cases: [line: string[], text: string][] = [
    [["rules"], json(RULES)],
    [["kyverno"], kyvernoPolicy(RULES, usual)],
    [["kyverno", ...words], kyvernoPolicy(RULES, other)],
    [["mutating-admission-policy"], mutatingAdmissionPolicy(RULES, usual)],
    [["mutating-admission-policy", ...words], mutatingAdmissionPolicy(RULES, other)],
    [["containerd"], hosts(true).join("\n")],
    [["containerd", "--no-fallback"], hosts(false).join("\n")],
    [["buildkit"], buildkitConfig(RULES)],
    [["registries.conf"], containersRegistriesConf(RULES, { fallback: true })],
    [["registries.conf", "--no-fallback"], containersRegistriesConf(RULES, { fallback: false })],
    [["renovate"], json({ registryAliases: renovateRegistryAliases(RULES) })],
    [
      ["environment"],
      Object.entries(cacheEnvironment(RULES))
        .map(([name, value]) => `${name}=${value}\n`)
        .join(""),
    ],
    [["dockerfile"], dockerfileArgs(RULES)],
  ];
  for (const [line, text] of cases) {
    it(`prints what a client takes, and nothing else: ${line.join(" ")}`, async () => {
      const result = await runCli(["config", ...line, "--rules", rulesFile(RULES)]);
      assert.deepEqual(result, { code: 0, stdout: text, stderr: "" });
    });
  }
});
