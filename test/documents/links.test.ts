import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { firstProgram, readMarkdown } from "./markdown";

const checkout = resolve(__dirname, "../..");
const manifest = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
const PAGE: string = manifest.repository.url.replace(/^git\+|\.git$/g, "");
const RAW = PAGE.replace("https://github.com/", "https://raw.githubusercontent.com/");
const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: checkout,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(checkout, file)));
const markdown = tracked.filter((file) => file.endsWith(".md"));
const parsed = new Map(markdown.map((file) => [file, readMarkdown(readFileSync(join(checkout, file), "utf8"))]));

/** The problem with a path and an anchor in the checkout, or undefined. */
function problem(file: string, anchor: string | undefined): string | undefined {
  if (!existsSync(join(checkout, file))) return `${file} does not exist`;
  if (anchor === undefined || !file.endsWith(".md")) return undefined;
  return parsed.get(file)?.anchors.has(anchor) ? undefined : `${file} has no heading #${anchor}`;
}

/** A file on a page of the repository, with the branch or tag that the link names. */
const ON_PAGE = new RegExp(`^(?:${PAGE}/(?:blob|tree)|${RAW})/([^/]+)(?:/(.*))?$`);

/** The problem with a link of a document, or undefined. */
function problemOfLink(file: string, link: string): string | undefined {
  const [target = "", anchor] = link.split("#");
  const [onPage, , path] = ON_PAGE.exec(target) ?? [];
  if (onPage !== undefined) return problem(path || ".", anchor);
  if (/^[a-z]+:/.test(link)) return undefined;
  return problem(
    target === "" ? file : relative(checkout, resolve(checkout, dirname(file), decodeURI(target))),
    anchor,
  );
}

describe("the documents", () => {
  it("link to what exists", () => {
    const all = [...parsed].flatMap(([file, { links, images }]) =>
      [...links, ...images].map((link) => ({ file, link })),
    );
    const broken = all.flatMap(({ file, link }) => problemOfLink(file, link) ?? []);
    assert.deepEqual(broken, []);
    assert.ok(all.length > 100, "links are found at all");
  });

  it("name one repository", () => {
    const named = new RegExp(`github(?:usercontent)?\\.com/((?:[\\w-]+/)?${PAGE.split("/").at(-1)}[\\w-]*)`, "g");
    const others = tracked
      .filter((file) => /\.(md|json|ya?ml|ts|mjs)$/.test(file) && !file.startsWith("node_modules"))
      .flatMap((file) =>
        [...readFileSync(join(checkout, file), "utf8").matchAll(named)].map(([, slug]) => ({ file, slug })),
      )
      .filter(({ slug }) => !PAGE.endsWith(`/${slug}`));
    assert.deepEqual(others, []);
  });
});

describe("README.md", () => {
  const text = readFileSync(join(checkout, "README.md"), "utf8");
  const readme = readMarkdown(text);

  it("has badges that are true", () => {
    const badges = readme.images.filter((image) => image.startsWith("https://img.shields.io/badge/"));
    const component = JSON.parse(readFileSync(join(checkout, "component/package.json"), "utf8"));
    const shown = badges.map((badge) => decodeURIComponent(badge.split("/badge/")[1] ?? ""));
    assert.deepEqual(shown, [
      `license-${component.license.replaceAll("-", "--")}-blue`,
      `node-${component.engines.node}-brightgreen`,
    ]);
    assert.ok(readme.images.includes(`https://img.shields.io/npm/v/${component.name}`));
    assert.ok(existsSync(join(checkout, ".github/workflows/ci.yml")), "the workflow that the CI badge shows");
  });

  it("names images that the local AWS has", () => {
    const file = readFileSync(join(checkout, "local/emulator/upstream/catalogue.json"), "utf8");
    const catalogue: { [host: string]: { [repository: string]: string[] } } = JSON.parse(file);
    const known = Object.entries(catalogue).flatMap(([host, repositories]) =>
      Object.entries(repositories).flatMap(([repository, tags]) => tags.map((tag) => `${host}/${repository}:${tag}`)),
    );
    const named = [...text.matchAll(/\.image\("([^"]+)"\)/g)].map(([, image = ""]) =>
      image.includes("/") ? image : `registry-1.docker.io/library/${image}`,
    );
    assert.equal(named.length, 2);
    assert.deepEqual(
      named.filter((image) => !known.includes(image)),
      [],
    );
  });

  // The tests of the packages compile it.
  it("has a program of at most ten lines", () => {
    const lines = firstProgram(readme)
      .split("\n")
      .filter((line) => line.trim() !== "");
    assert.ok(lines.length > 0 && lines.length <= 10, lines.join("\n"));
  });
});

describe("the README of each package", () => {
  for (const folder of manifest.workspaces as string[]) {
    const own = JSON.parse(readFileSync(join(checkout, folder, "package.json"), "utf8"));
    if (own.private) continue;

    it(`of ${folder} has links that work on npm`, () => {
      if (own.scripts?.prepack?.includes("prepack.mjs")) {
        execFileSync(process.execPath, ["../scripts/prepack.mjs"], { cwd: join(checkout, folder) });
      }
      const { links, images, anchors } = readMarkdown(readFileSync(join(checkout, folder, "README.md"), "utf8"));
      assert.ok(links.length > 0);
      for (const link of [...links, ...images]) {
        if (link.startsWith("#")) {
          assert.ok(anchors.has(link.slice(1)), link);
          continue;
        }
        assert.match(link, /^https:\/\//, `${link} is not absolute`);
        assert.equal(problemOfLink("README.md", link), undefined, link);
        const [, ref = "main"] = ON_PAGE.exec(link) ?? [];
        assert.ok([`v${own.version}`, "main"].includes(ref), `${link} is of another version`);
      }
    });
  }
});
