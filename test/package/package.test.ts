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

/** What compilers and Node.js add to a module's names. */
const MARKERS = ["__esModule", "default", "module.exports"];

/** What each package has besides its code. */
const FILES: { readonly [workspace: string]: readonly string[] } = {
  component: ["PulumiPlugin.yaml", "pulumi-schema.json", "dist/licenses.txt"],
  "policy-pack": ["PulumiPolicy.yaml", "dist/index.js", "dist/aws/images/places/places.json"],
  cli: ["dist/main.js", "dist/licenses.txt"],
};

describe("the packages that are published", () => {
  let directory: string;
  const packed = new Map<string, Unpacked>();

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "package-test-"));
    for (const workspace of Object.keys(FILES)) {
      mkdirSync(project(workspace));
      packed.set(workspace, unpack(workspace, project(workspace)));
    }
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  const project = (workspace = "component") => join(directory, workspace);
  const node = (...args: string[]) =>
    execFileSync(process.execPath, args, { cwd: project(), encoding: "utf8", stdio: "pipe" }).trim();

  for (const [workspace, own] of Object.entries(FILES)) {
    describe(`of ${workspace}`, () => {
      const unpacked = () => packed.get(workspace) as Unpacked;
      const read = (file: string) => readFileSync(join(unpacked().folder, file), "utf8");

      it("contains what it needs and nothing else", () => {
        const others = unpacked().files.filter((file) => !/^dist\/.*\.(?:js|d\.ts)$/.test(file) || own.includes(file));
        // The first release writes the changelog.
        const changelog = existsSync(join(checkout, workspace, "CHANGELOG.md")) ? ["CHANGELOG.md"] : [];
        assert.deepEqual(others.sort(), [...own, ...changelog, "LICENSE", "README.md", "package.json"].sort());
        assert.ok(unpacked().size < MEBIBYTE, `${unpacked().size} bytes`);
      });

      it("has no file whose source is gone, and no path of the machine that built it", () => {
        for (const path of unpacked().files) {
          assert.ok(!read(path).includes(checkout), `${path} has a path of this machine`);
          if (!path.startsWith("dist/")) continue;
          const source = path.replace(/^dist\/(?:types\/)?/, "").replace(/\.(?:d\.ts|js)$/, ".ts");
          const isBundled = /^dist\/(?:chunks\/|licenses)/.test(path);
          assert.ok(isBundled || existsSync(join(checkout, workspace, source)), `${path} has no source`);
        }
      });

      it("follows the conventions of npm packages", async () => {
        const options = { level: "warning", strict: true, pack: false } as const;
        const { messages, pkg } = await publint({ pkgDir: unpacked().folder, ...options });
        assert.deepEqual(
          messages.map((message) => formatMessage(message, pkg as Record<string, unknown>, { color: false })),
          [],
        );
      });

      it("has the licenses of the parts of other packages that it contains", () => {
        const programs = unpacked().files.filter((file) => file.endsWith(".js"));
        const code = programs.map(read).join("\n");
        const bundled = [...code.matchAll(/^\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, name]) => name);
        assert.equal(bundled.length > 0, own.includes("dist/licenses.txt"));
        for (const name of new Set(bundled))
          assert.match(read("dist/licenses.txt"), new RegExp(`^${name} [\\d.]+\n\n[^]*?MIT`, "m"));
      });
    });
  }

  it("run the tool with only the packages that it declares, without Pulumi", () => {
    const { folder } = packed.get("cli") as Unpacked;
    const { bin, dependencies, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    linkInstalled(project("cli"), Object.keys(dependencies));
    assert.ok(!Object.keys(dependencies).some((name) => name.includes("pulumi")));
    const main = join(folder, bin["pull-through-cache"]);
    assert.ok(readFileSync(main, "utf8").startsWith("#!/usr/bin/env node\n"));
    const run = (args: string[], input = "") =>
      execFileSync(process.execPath, [main, ...args], { cwd: project("cli"), encoding: "utf8", input });
    assert.equal(run(["--version"]).trim(), version);
    assert.match(run(["migrate", "--from", "-"], "quay:\n  registry: quay.io\n"), /quay +registry +registry/);
  });

  it("read image names without any other package, and generate client configuration without Pulumi", () => {
    const use = `console.log(require("${NAME}/images").cacheImage("nginx", []))`;
    assert.equal(node("-e", use), "nginx");
    assert.equal(node("-e", `console.log(typeof require("${NAME}/clients").clientConfiguration)`), "function");
    assert.throws(() => node("-e", `require("${NAME}")`), /Cannot find module '@pulumi\/(?:aws|pulumi)'/);
  });

  it("give the same names to require and to import, and keep the rest to themselves", () => {
    linkInstalled(project(), ["@pulumi"]);
    for (const module of [NAME, `${NAME}/images`, `${NAME}/clients`, `${NAME}/plan`]) {
      const required = node("-e", `console.log(JSON.stringify(Object.keys(require("${module}"))))`);
      const imported = node(
        ...["--input-type=module", "-e"],
        `console.log(JSON.stringify(Object.keys(await import("${module}"))))`,
      );
      const visible = (json: string) => new Set(JSON.parse(json).filter((name: string) => !MARKERS.includes(name)));
      assert.ok(visible(required).size > 0, module);
      assert.deepEqual(visible(imported), visible(required), module);
    }
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
