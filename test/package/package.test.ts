import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { firstProgram, readMarkdown } from "../documents/markdown";
import { checkout, linkInstalled, type Unpacked, unpack } from "./unpacked";

const NAME = "pulumi-pull-through-cache";
const MEBIBYTE = 1024 * 1024;

const EXPORTS = {
  [NAME]: ["InvalidInputError", "PullThroughCache", "imageTransform", "loadRegistries"],
  [`${NAME}/images`]: [
    "ImageReferenceError",
    "KEPT_WORDS",
    "cacheImage",
    "createImageCache",
    "createImageDecider",
    "formatImageReference",
    "imageText",
    "kubernetesKind",
    "parseImageReference",
    "placeTable",
    "readImages",
    "tryParseImageReference",
  ],
  [`${NAME}/clients`]: [
    "buildkitConfig",
    "cacheEnvironment",
    "clientConfiguration",
    "containerdHosts",
    "containersRegistriesConf",
    "dockerfileArgs",
    "kyvernoPolicy",
    "mutatingAdmissionPolicy",
    "renovateRegistryAliases",
  ],
  [`${NAME}/plan`]: [
    "formatPath",
    "hideTokens",
    "isNameLike",
    "matchesPattern",
    "planRegistries",
    "printable",
    "shown",
  ],
};

/** What compilers and Node.js add to a module's names. */
const MARKERS = ["__esModule", "default", "module.exports"];

describe("the packages that are published", () => {
  let directory: string;
  const packed = new Map<string, Unpacked>();

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "package-test-"));
    for (const workspace of ["component", "policy-pack"]) {
      const project = join(directory, workspace);
      mkdirSync(project);
      packed.set(workspace, unpack(workspace, project));
    }
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  const pathsOf = (workspace: string) => packed.get(workspace)?.files ?? [];
  const project = () => join(directory, "component");
  const node = (...args: string[]) =>
    execFileSync(process.execPath, args, { cwd: project(), encoding: "utf8", stdio: "pipe" }).trim();

  it("contain what they need and nothing else", () => {
    const component = pathsOf("component");
    for (const needed of ["README.md", "CHANGELOG.md", "LICENSE", "PulumiPlugin.yaml", "pulumi-schema.json"]) {
      assert.ok(component.includes(needed), `${needed} is not in the component's package`);
    }
    const pack = pathsOf("policy-pack");
    for (const needed of ["README.md", "LICENSE", "PulumiPolicy.yaml", "dist/index.js"]) {
      assert.ok(pack.includes(needed), `${needed} is not in the policy pack's package`);
    }
    const foreign = [...component, ...pack].filter(
      (file) =>
        !/^dist\/.*\.(?:js|d\.ts)$|^(?:README|CHANGELOG)\.md$|^LICENSE$|^package\.json$|^Pulumi\w+\.yaml$|^pulumi-schema\.json$|^dist\/licenses\.txt$|^dist\/aws\/images\/places\/places\.json$/.test(
          file,
        ),
    );
    assert.deepEqual(foreign, []);
    for (const { size } of packed.values()) assert.ok(size < MEBIBYTE / 4, `${size} bytes`);
  });

  it("have no file whose source is gone, and no path of the machine that built them", () => {
    for (const [workspace, { folder, files }] of packed) {
      for (const path of files) {
        const text = readFileSync(join(folder, path), "utf8");
        assert.ok(!text.includes(checkout), `${path} of ${workspace} has a path of this machine`);
        if (!path.startsWith("dist/")) continue;
        const source = path.replace(/^dist\/(?:types\/)?/, "").replace(/\.(?:d\.ts|js)$/, ".ts");
        const isBundled = /^dist\/(?:chunks\/|licenses)/.test(path);
        assert.ok(isBundled || existsSync(join(checkout, workspace, source)), `${path} of ${workspace} has no source`);
      }
    }
  });

  it("follow the conventions of npm packages", async () => {
    for (const { folder: pkgDir } of packed.values()) {
      const { messages, pkg } = await publint({ pkgDir, level: "warning", strict: true, pack: false });
      assert.deepEqual(
        messages.map((message) => formatMessage(message, pkg as Record<string, unknown>, { color: false })),
        [],
      );
    }
  });

  it("read image names without any other package, and generate client configuration without Pulumi", () => {
    const use = `console.log(require("${NAME}/images").cacheImage("nginx", []))`;
    assert.equal(node("-e", use), "nginx");
    assert.equal(node("-e", `console.log(typeof require("${NAME}/clients").clientConfiguration)`), "function");
    assert.throws(() => node("-e", `require("${NAME}")`), /Cannot find module '@pulumi\/(?:aws|pulumi)'/);
  });

  it("give the same names to require and to import", () => {
    linkInstalled(project(), ["@pulumi"]);
    for (const [module, names] of Object.entries(EXPORTS)) {
      const required = node("-e", `console.log(JSON.stringify(Object.keys(require("${module}")).sort()))`);
      const imported = node(
        ...["--input-type=module", "-e"],
        `const all = await import("${module}"); console.log(JSON.stringify(Object.keys(all).sort()))`,
      );
      const visible = (json: string) => JSON.parse(json).filter((name: string) => !MARKERS.includes(name));
      assert.deepEqual(visible(required), [...names].sort());
      assert.deepEqual(visible(imported), visible(required));
    }
  });

  it("contain the parts of other packages that the component uses, with their licenses", () => {
    const read = (file: string) => readFileSync(join(project(), "node_modules", NAME, file), "utf8");
    assert.equal(JSON.parse(read("package.json")).dependencies, undefined);
    const chunks = pathsOf("component").filter((path) => /^dist\/.*\.js$/.test(path));
    const [code, licenses] = [chunks.map(read).join("\n"), read("dist/licenses.txt")];
    const bundled = [...code.matchAll(/^\/\/ .*node_modules\/([^/]+)\//gm)].map(([, name]) => name);
    assert.ok(bundled.length > 0);
    for (const name of new Set(bundled)) assert.match(licenses, new RegExp(`^${name} [\\d.]+\n\n[^]*?MIT`, "m"));
  });

  it("keep the rest to themselves", () => {
    const inner = `require("${NAME}/dist/plan/plan.js")`;
    assert.throws(() => node("-e", inner), /ERR_PACKAGE_PATH_NOT_EXPORTED/);
  });

  it("have types for programs from Pulumi's template, for Node's own module resolution, and for the README's program", () => {
    const program = `import * as pulumi from "@pulumi/pulumi";
import {
  type AccessArgs, type AlertsArgs, type EncryptionArgs, type GrantPullOptions, InvalidInputError, type LifecycleArgs,
  PullThroughCache, type PullThroughCacheArgs, type RegistryArgs, type RegistryPolicyArgs, type RewriteOptions,
  type ScanningArgs, type SecretArgs,
} from "${NAME}";
import { clientConfiguration } from "${NAME}/clients";
import { cacheImage } from "${NAME}/images";

const args: PullThroughCacheArgs = { registries: { quay: {} } };
const cache = new PullThroughCache("cache", args);
export const url: pulumi.Output<string | undefined> = cache.urls.apply((urls) => urls.quay);
export const image: string = cacheImage("nginx", []);
export const toml = clientConfiguration([]);
export const isRefusal = (error: unknown): boolean => error instanceof InvalidInputError;
// As in @pulumi/aws, every setting may be undefined, and an Output may have no value.
type Accepts<T> = { [name in keyof T]-?: undefined } extends T ? true : false;
type All<T> = { [index in keyof T]: Accepts<T[index]> };
export const undefinedIsAccepted: All<[
  PullThroughCacheArgs, RegistryArgs, LifecycleArgs, EncryptionArgs, AccessArgs, SecretArgs, ScanningArgs,
  RegistryPolicyArgs, AlertsArgs, RewriteOptions, GrantPullOptions,
]> = [true, true, true, true, true, true, true, true, true, true, true];
const maybe = pulumi.output<string | undefined>(undefined);
const entry: RegistryArgs = {
  credentialArn: maybe, roleArn: maybe, templateRoleArn: maybe, repositoryPolicy: maybe,
  access: { organizationId: maybe }, encryption: { kmsKey: maybe }, secret: { policy: maybe },
};
export const withOutputs: PullThroughCacheArgs = {
  registries: { entry }, templateRoleArn: maybe, alerts: { topicArn: maybe }, credentials: pulumi.output(undefined),
};
// @ts-expect-error: registries are a map
new PullThroughCache("wrong", { registries: [] as string[] });
`;
    for (const file of ["program.ts", "program.mts"]) writeFileSync(join(project(), file), program);
    const readme = firstProgram(readMarkdown(readFileSync(join(checkout, "README.md"), "utf8")));
    writeFileSync(join(project(), "readme.ts"), readme);
    const tsc = join(checkout, "node_modules/typescript/bin/tsc");
    const strict = ["--noEmit", "--strict", "--target", "es2022", "--types", "node", "--skipLibCheck"];
    const typeRoots = ["--typeRoots", join(checkout, "node_modules/@types")];
    const check = (...options: string[]) => node(tsc, ...strict, ...typeRoots, ...options);
    assert.equal(check("--module", "commonjs", "--moduleResolution", "node", "program.ts"), "");
    assert.equal(
      check("--module", "nodenext", "--exactOptionalPropertyTypes", "program.ts", "program.mts", "readme.ts"),
      "",
    );
  });
});
