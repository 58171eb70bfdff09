import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import {
  buildkitConfig,
  type CacheRule,
  cacheEnvironment,
  clientConfiguration,
  containerdHosts,
  containersRegistriesConf,
  dockerfileArgs,
  kyvernoPolicy,
  mutatingAdmissionPolicy,
  renovateRegistryAliases,
} from "../../../component/clients";

const ECR = "111122223333.dkr.ecr.us-east-1.amazonaws.com";
const OTHER_ECR = "444455556666.dkr.ecr.eu-west-1.amazonaws.com";

const dockerHub: CacheRule = { upstream: "registry-1.docker.io", url: `${ECR}/dockerhub` };
const github: CacheRule = { upstream: "ghcr.io", url: `${ECR}/gh/packages` };
const quayAtRoot: CacheRule = { upstream: "quay.io", url: ECR };
const otherEcr: CacheRule = { upstream: OTHER_ECR, url: `${ECR}/eu` };
const ecrPublic: CacheRule = { upstream: "public.ecr.aws", url: `${ECR}/ecr-public` };
const teamOfOtherEcr: CacheRule = { upstream: OTHER_ECR, url: `${ECR}/team`, upstreamPrefix: "team-a" };
const thirdEcr: CacheRule = { upstream: "777788889999.dkr.ecr.us-east-2.amazonaws.com", url: `${ECR}/ohio` };
const all = [dockerHub, github, quayAtRoot, otherEcr, teamOfOtherEcr, thirdEcr];

/** The parser's tables have no prototype; assert compares prototypes too. */
function parseToml(text: string): Record<string, unknown> {
  return JSON.parse(JSON.stringify(parse(text)));
}

describe("containerd hosts.toml", () => {
  it("sends Docker Hub to the cache's path, and to Docker Hub's registry when the cache fails", () => {
    assert.equal(
      containerdHosts([dockerHub])["docker.io/hosts.toml"],
      `server = "https://registry-1.docker.io"

[host."https://${ECR}/v2/dockerhub"]
  capabilities = ["pull", "resolve"]
  override_path = true
`,
    );
  });

  it("has one file for each host of an upstream, also for ECR upstreams and nested prefixes", () => {
    const files = containerdHosts([github, otherEcr, ecrPublic]);
    assert.deepEqual(Object.keys(files), [
      `${OTHER_ECR}/hosts.toml`,
      `${OTHER_ECR.replace(".ecr", "-ecr").replace("amazonaws.com", "on.aws")}/hosts.toml`,
      "ghcr.io/hosts.toml",
      "public.ecr.aws/hosts.toml",
      "ecr-public.aws.com/hosts.toml",
    ]);
    assert.match(files["ecr-public.aws.com/hosts.toml"] ?? "", /^server = "https:\/\/ecr-public\.aws\.com"/);
    assert.deepEqual(parseToml(files["ghcr.io/hosts.toml"] ?? ""), {
      server: "https://ghcr.io",
      host: { [`https://${ECR}/v2/gh/packages`]: { capabilities: ["pull", "resolve"], override_path: true } },
    });
  });

  it("serves a ROOT cache from the registry itself", () => {
    assert.match(
      containerdHosts([quayAtRoot])["quay.io/hosts.toml"] ?? "",
      new RegExp(`^\\[host\\."https://${ECR}/v2"\\]$`, "m"),
    );
  });

  it("leaves out what a mirror cannot express: upstream prefixes, and a cache around another one", () => {
    assert.deepEqual(containerdHosts([teamOfOtherEcr]), {});
    assert.deepEqual(Object.keys(containerdHosts([quayAtRoot, github])), ["ghcr.io/hosts.toml"]);
  });
});

describe("mirrors without fallback", () => {
  it("never ask the upstream, at none of its hosts", () => {
    const text = `server = "https://${ECR}/v2/ecr-public"
capabilities = ["pull", "resolve"]
override_path = true
`;
    const hosts = ["public.ecr.aws", "ecr-public.aws.com"];
    assert.deepEqual(
      containerdHosts([ecrPublic], { fallback: false }),
      Object.fromEntries(hosts.map((host) => [`${host}/hosts.toml`, text])),
    );
    assert.deepEqual(
      parseToml(containersRegistriesConf([ecrPublic], { fallback: false })).registry,
      hosts.map((prefix) => ({ prefix, location: `${ECR}/ecr-public` })),
    );
  });
});

describe("buildkitd.toml", () => {
  it("has a mirror with a path for each host of an upstream", () => {
    assert.deepEqual(parseToml(buildkitConfig([github, ecrPublic])), {
      registry: {
        "ghcr.io": { mirrors: [`${ECR}/gh/packages`] },
        "public.ecr.aws": { mirrors: [`${ECR}/ecr-public`] },
        "ecr-public.aws.com": { mirrors: [`${ECR}/ecr-public`] },
      },
    });
  });

  it("leaves out a cache around another one, which would serve wrong images", () => {
    assert.equal(buildkitConfig([quayAtRoot, dockerHub]).includes("quay.io"), false);
  });
});

describe("registries.conf", () => {
  const entries = (rules: CacheRule[]) => parseToml(containersRegistriesConf(rules)).registry;

  it("has an entry with a mirror for each host of an upstream and for each upstream prefix", () => {
    const part = { upstream: "public.ecr.aws", upstreamPrefix: "aws-solutions", url: `${ECR}/gaab` };
    const mirrored = (name: string, cache: string) => ({
      prefix: name,
      location: name,
      mirror: [{ location: `${ECR}/${cache}` }],
    });
    assert.deepEqual(entries([ecrPublic, part]), [
      mirrored("public.ecr.aws/aws-solutions", "gaab"),
      mirrored("ecr-public.aws.com/aws-solutions", "gaab"),
      mirrored("public.ecr.aws", "ecr-public"),
      mirrored("ecr-public.aws.com", "ecr-public"),
    ]);
  });

  it("excludes names from a ROOT cache that belong to another cache", () => {
    assert.deepEqual(entries([quayAtRoot, github]), [
      { prefix: "ghcr.io", location: "ghcr.io", mirror: [{ location: `${ECR}/gh/packages` }] },
      { prefix: "quay.io", location: "quay.io", mirror: [{ location: ECR }] },
      { prefix: "quay.io/gh/packages", location: "quay.io/gh/packages" },
    ]);
  });
});

describe("clients of a cache that lists its images", () => {
  const listing = { ...github, repositories: ["library/*", "timberio/vector", "acme/app-*", "acme/*/web"] };

  it("have mirrors in registries.conf for the folders that the images are in", () => {
    const mirror = (folder: string) => ({
      prefix: `ghcr.io/${folder}`,
      location: `ghcr.io/${folder}`,
      mirror: [{ location: `${ECR}/gh/packages/${folder}` }],
    });
    const entries = (rules: CacheRule[]) => parseToml(containersRegistriesConf(rules)).registry;
    assert.deepEqual(entries([listing]), ["library", "timberio/vector", "acme"].map(mirror));
    assert.deepEqual(entries([{ ...github, repositories: ["*-agent"] }]), entries([github]));
  });

  it("ask the cache for the whole upstream where a mirror cannot name images", () => {
    assert.deepEqual(containerdHosts([listing]), containerdHosts([github]));
    assert.equal(buildkitConfig([listing]), buildkitConfig([github]));
  });

  it("look up cached names at the upstream, and have the cache's URL, whatever it lists", () => {
    assert.deepEqual(renovateRegistryAliases([listing]), renovateRegistryAliases([github]));
    assert.deepEqual(cacheEnvironment([listing]), cacheEnvironment([github]));
  });

  it("have patterns without escapes", () => {
    const { kyvernoPolicy, mutatingAdmissionPolicy } = clientConfiguration([{ ...dockerHub, repositories: ["a.b/*"] }]);
    for (const text of [kyvernoPolicy, mutatingAdmissionPolicy]) {
      assert.ok(text.includes("^(a[.]b/[^:@]*)([:@]|$)"), text);
    }
  });
});

describe("Renovate's registryAliases", () => {
  it("maps every cache to its upstream, the longest name first, because Renovate takes the first match", () => {
    assert.deepEqual(Object.entries(renovateRegistryAliases([quayAtRoot, dockerHub, teamOfOtherEcr])), [
      [`${ECR}/dockerhub`, "docker.io"],
      [`${ECR}/team`, `${OTHER_ECR}/team-a`],
      [ECR, "quay.io"],
    ]);
  });
});

describe("environment and build arguments", () => {
  it("names caches after their upstream", () => {
    assert.deepEqual(cacheEnvironment([dockerHub, github, teamOfOtherEcr]), {
      CACHE_444455556666_DKR_ECR_EU_WEST_1_AMAZONAWS_COM_TEAM_A: `${ECR}/team`,
      CACHE_DOCKER_IO: `${ECR}/dockerhub`,
      CACHE_GHCR_IO: `${ECR}/gh/packages`,
    });
  });

  it("has the upstreams as defaults of Dockerfile arguments", () => {
    assert.equal(dockerfileArgs([dockerHub, github]), "ARG CACHE_DOCKER_IO=docker.io\nARG CACHE_GHCR_IO=ghcr.io\n");
  });

  it("refuses two upstreams that would share a name, and says which", () => {
    const rules = [teamOfOtherEcr, { upstream: OTHER_ECR, url: `${ECR}/team2`, upstreamPrefix: "team/a" }];
    assert.throws(() => cacheEnvironment(rules), {
      message: /team-a" and ".*team\/a" would both be called CACHE_4444/,
    });
  });
});

describe("all client configurations", () => {
  it("are the same for the same rules in another order", () => {
    assert.deepEqual(clientConfiguration([...all].reverse()), clientConfiguration(all));
  });

  it("are empty without rules, and the policies then change nothing", () => {
    const { kyvernoPolicy, mutatingAdmissionPolicy, ...rest } = clientConfiguration([]);
    for (const value of Object.values(rest)) assert.equal(Object.keys(value).length, 0);
    for (const text of [kyvernoPolicy, mutatingAdmissionPolicy]) assert.doesNotMatch(text, /dkr\.ecr/);
  });

  it("refuse a rule that could leave the text it is written into, without showing it", () => {
    const wrong: [field: string, rule: CacheRule][] = [
      "a\nb",
      "../a",
      "a{{b}}",
      `a$${"{b}"}`,
      'a"b',
      "a'b",
      "a b",
    ].flatMap((text): [string, CacheRule][] => [
      ["upstream", { ...dockerHub, upstream: text }],
      ["url", { ...dockerHub, url: `${ECR}/${text}` }],
      ["upstreamPrefix", { ...dockerHub, upstreamPrefix: text }],
      ["repositories", { ...dockerHub, repositories: [text === "../a" ? "^" : text] }],
    ]);
    const writers = [kyvernoPolicy, mutatingAdmissionPolicy, containerdHosts, buildkitConfig, containersRegistriesConf];
    for (const write of [...writers, renovateRegistryAliases, cacheEnvironment, dockerfileArgs, clientConfiguration]) {
      for (const [field, rule] of wrong) {
        assert.throws(() => write([github, rule]), {
          message: `The cache rule 2 has a ${field} with characters that no image name has.`,
        });
      }
    }
  });

  it("contain admission policies for new Pods and ephemeral containers, which change images where they are", () => {
    const rules = [{ ...dockerHub, repositories: ["library/*"] }, quayAtRoot];
    const { kyvernoPolicy, mutatingAdmissionPolicy } = clientConfiguration(rules);
    const [, ...expected] = readFileSync(join(__dirname, "policies.yaml"), "utf8").split(/^(?=---$)/m);
    const found = [kyvernoPolicy, mutatingAdmissionPolicy].join("").split(/^(?=---$)/m);
    assert.deepEqual(found, expected);
  });

  it("name upstreams and caches in the policies exactly, with a slash, so that ghcr.io.evil.example is not ghcr.io", () => {
    const { mutatingAdmissionPolicy } = clientConfiguration([github]);
    assert.ok(
      mutatingAdmissionPolicy.includes(`
          c.image.startsWith("${ECR}/gh/packages/") ? ""
          : c.image.startsWith("ghcr.io/") ? "${ECR}/gh/packages/" + c.image.substring(8)
          : ""
`),
    );
  });
});
