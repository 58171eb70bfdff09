import assert from "node:assert/strict";
import path from "node:path";
import type { Region } from "@pulumi/aws";
import { types } from "@pulumi/aws";
import ts from "typescript";
import { findUpstream } from "../../component/catalogue";
import { Digests, EncryptionType, ScanFrequency, ScanType, TagMutability } from "../../component/values";

const FILE = path.resolve(__dirname, "editor.ts");
const HOSTS = [
  "registry-1.docker.io",
  "ghcr.io",
  "registry.gitlab.com",
  "quay.io",
  "registry.k8s.io",
  "public.ecr.aws",
  "cgr.dev",
];
const NAMES = ["dockerhub", "ghcr", "gitlab", "quay", "k8s", "ecr-public", "chainguard"];
const REGIONS: Region[] = Object.values(types.enums.Region).filter((region) => !/^(cn|us-gov)-/.test(region));

/** An editor with one file open: arguments of the component, in which `|` is the cursor. */
class Editor {
  private text = "";
  private version = 0;
  private readonly service: ts.LanguageService;

  constructor() {
    const root = path.resolve(__dirname, "../..");
    const { config } = ts.readConfigFile(path.join(root, "tsconfig.base.json"), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
    this.service = ts.createLanguageService({
      getCompilationSettings: () => ({ ...options, noEmit: true, composite: false, incremental: false }),
      getScriptFileNames: () => [FILE],
      getScriptVersion: (file) => (file === FILE ? String(this.version) : "0"),
      getScriptSnapshot: (file) => {
        const text = file === FILE ? this.text : ts.sys.readFile(file);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => root,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: (file) => file === FILE || ts.sys.fileExists(file),
      readFile: ts.sys.readFile,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
    });
  }

  private open(args: string): number {
    const text = `import type { PullThroughCacheArgs } from "../../component";\nexport const args: PullThroughCacheArgs = ${args};\n`;
    this.text = text.replace("|", "");
    this.version++;
    return text.indexOf("|");
  }

  completions(args: string): string[] {
    const found = this.service.getCompletionsAtPosition(FILE, this.open(args), {});
    return (found?.entries ?? []).map(({ name }) => name).sort();
  }

  errors(args: string): string[] {
    this.open(args);
    return this.service
      .getSemanticDiagnostics(FILE)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  }
}

describe("the values of arguments, in an editor", () => {
  const editor = new Editor();

  for (const [what, args, expected] of [
    ["registry", `{ registries: { hub: { registry: "|" } } }`, [...NAMES, ...HOSTS]],
    ["regions", `{ regions: ["|"] }`, REGIONS],
    ["tagMutability", `{ defaults: { tagMutability: "|" } }`, Object.values(TagMutability)],
    ["encryption.type", `{ registries: { quay: { encryption: { type: "|" } } } }`, Object.values(EncryptionType)],
    ["scanType", `{ scanning: { scanType: "|" } }`, Object.values(ScanType)],
    ["scanFrequency", `{ scanning: { scanFrequency: "|" } }`, Object.values(ScanFrequency)],
    [
      "a rule's scanFrequency",
      `{ scanning: { rules: [{ scanFrequency: "|", filters: [] }] } }`,
      Object.values(ScanFrequency),
    ],
    ["digests", `{ rewriteImages: { digests: "|" } }`, Object.values(Digests)],
    ["rewriteImages.region", `{ rewriteImages: { region: "|" } }`, REGIONS],
  ] as [string, string, string[]][]) {
    it(`${what} completes what is known`, () => {
      assert.deepEqual(editor.completions(args), [...expected].sort());
    });
  }

  it("accept other values if the set is open", () => {
    const args = `{ registries: { a: { registry: "company.azurecr.io" } }, regions: ["eu-next-1"] }`;
    assert.deepEqual(editor.errors(args), []);
  });

  for (const args of [
    `{ defaults: { tagMutability: "IMUTABLE" } }`,
    `{ registries: { quay: { encryption: { type: "aes256" } } } }`,
    `{ scanning: { scanType: "BASIC_SCAN" } }`,
    `{ scanning: { scanFrequency: "MANUAL" } }`,
    `{ rewriteImages: { digests: "keep" } }`,
  ]) {
    it(`${args} does not compile`, () =>
      assert.match(editor.errors(args)[0] ?? "", /^Type '"\w+"' is not assignable to/));
  }

  it("are those that the catalogue knows", () => {
    for (const name of NAMES) assert.equal(HOSTS.includes(hostOf(name)), true, name);
    assert.deepEqual([...new Set(NAMES.map(hostOf))].sort(), [...HOSTS].sort());
  });
});

function hostOf(registry: string): string {
  const found = findUpstream(registry);
  return found.ok ? found.upstream.host : found.reason;
}
