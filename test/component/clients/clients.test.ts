import assert from "node:assert/strict";
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
const DUAL_STACK = "444455556666.dkr-ecr.eu-west-1.on.aws";

const dockerHub: CacheRule = { upstream: "registry-1.docker.io", url: `${ECR}/dockerhub` };
const github: CacheRule = { upstream: "ghcr.io", url: `${ECR}/gh/packages` };
const quayAtRoot: CacheRule = { upstream: "quay.io", url: ECR };
const otherEcr: CacheRule = { upstream: OTHER_ECR, url: `${ECR}/eu` };
const ecrPublic: CacheRule = { upstream: "public.ecr.aws", url: `${ECR}/ecr-public` };
const teamOfOtherEcr: CacheRule = { upstream: OTHER_ECR, url: `${ECR}/team`, upstreamPrefix: "team-a" };
const listing = { ...github, repositories: ["library/*", "timberio/vector", "acme/app-*", "acme/*/web"] };
const PUBLIC_HOSTS = ["public.ecr.aws", "ecr-public.aws.com"];

/** The parser's tables have no prototype; assert compares prototypes too. */
function parseToml(text: string | undefined): Record<string, unknown> {
  return JSON.parse(JSON.stringify(parse(text ?? "")));
}

describe("containerd hosts.toml", () => {
  const mirror = (server: string, url: string) => ({
    server: `https://${server}`,
    host: { [`https://${url}`]: { capabilities: ["pull", "resolve"], override_path: true } },
  });
  const HUB = `${ECR}/v2/dockerhub`;
  const cases: [what: string, rules: CacheRule[], expected: Record<string, object>][] = [
    [
      "sends Docker Hub to the cache's path, and to Docker Hub's registry when the cache fails",
      [dockerHub],
      {
        "docker.io": mirror("registry-1.docker.io", HUB),
        "index.docker.io": mirror("index.docker.io", HUB),
        "registry-1.docker.io": mirror("registry-1.docker.io", HUB),
        "registry.hub.docker.com": mirror("registry.hub.docker.com", HUB),
      },
    ],
    [
      "has one file for each host of an upstream",
      [github, otherEcr, ecrPublic],
      {
        [OTHER_ECR]: mirror(OTHER_ECR, `${ECR}/v2/eu`),
        [DUAL_STACK]: mirror(DUAL_STACK, `${ECR}/v2/eu`),
        "ghcr.io": mirror("ghcr.io", `${ECR}/v2/gh/packages`),
        "public.ecr.aws": mirror("public.ecr.aws", `${ECR}/v2/ecr-public`),
        "ecr-public.aws.com": mirror("ecr-public.aws.com", `${ECR}/v2/ecr-public`),
      },
    ],
    ["serves a ROOT cache from the registry itself", [quayAtRoot], { "quay.io": mirror("quay.io", `${ECR}/v2`) }],
    ["leaves out upstream prefixes, which a mirror cannot express", [teamOfOtherEcr], {}],
    [
      "leaves out a cache around another one",
      [quayAtRoot, github],
      { "ghcr.io": mirror("ghcr.io", `${ECR}/v2/gh/packages`) },
    ],
  ];
  for (const [what, rules, expected] of cases) {
    it(what, () => {
      const files = Object.entries(containerdHosts(rules)).map(([path, text]) => [path, parseToml(text)]);
      const paths = Object.entries(expected).map(([host, file]) => [`${host}/hosts.toml`, file]);
      assert.deepEqual(Object.fromEntries(files), Object.fromEntries(paths));
    });
  }
});

describe("mirrors without fallback", () => {
  it("never ask the upstream, at none of its hosts", () => {
    const file = `server = "https://${ECR}/v2/ecr-public"\ncapabilities = ["pull", "resolve"]\noverride_path = true\n`;
    assert.deepEqual(
      containerdHosts([ecrPublic], { fallback: false }),
      Object.fromEntries(PUBLIC_HOSTS.map((host) => [`${host}/hosts.toml`, file])),
    );
    assert.deepEqual(
      parseToml(containersRegistriesConf([ecrPublic], { fallback: false })).registry,
      PUBLIC_HOSTS.map((prefix) => ({ prefix, location: `${ECR}/ecr-public` })),
    );
  });
});

describe("buildkitd.toml", () => {
  it("has a mirror with a path for each host of an upstream", () => {
    const mirror = (path: string) => ({ mirrors: [`${ECR}/${path}`] });
    assert.deepEqual(parseToml(buildkitConfig([github, ecrPublic])).registry, {
      "ghcr.io": mirror("gh/packages"),
      ...Object.fromEntries(PUBLIC_HOSTS.map((host) => [host, mirror("ecr-public")])),
    });
  });

  it("leaves out a cache around another one, which would serve wrong images", () => {
    assert.equal(buildkitConfig([quayAtRoot, dockerHub]).includes("quay.io"), false);
  });
});

describe("registries.conf", () => {
  const entries = (rules: CacheRule[]) => parseToml(containersRegistriesConf(rules)).registry;
  const mirrored = (name: string, ...path: string[]) => ({
    prefix: name,
    location: name,
    mirror: [{ location: [ECR, ...path].join("/") }],
  });

  it("has an entry with a mirror for each host of an upstream and for each upstream prefix", () => {
    const part = { upstream: "public.ecr.aws", upstreamPrefix: "aws-solutions", url: `${ECR}/gaab` };
    assert.deepEqual(entries([ecrPublic, part]), [
      ...PUBLIC_HOSTS.map((host) => mirrored(`${host}/aws-solutions`, "gaab")),
      ...PUBLIC_HOSTS.map((host) => mirrored(host, "ecr-public")),
    ]);
  });

  it("excludes names from a ROOT cache that belong to another cache, at each host of the upstream", () => {
    assert.deepEqual(entries([{ ...ecrPublic, url: ECR }, github]), [
      mirrored("ghcr.io", "gh/packages"),
      ...PUBLIC_HOSTS.flatMap((host) => {
        const name = `${host}/gh/packages`;
        return [mirrored(host), { prefix: name, location: name }];
      }),
    ]);
  });

  it("has mirrors for the folders of the images that a cache lists", () => {
    const folders = ["library", "timberio/vector", "acme"];
    assert.deepEqual(
      entries([listing]),
      folders.map((folder) => mirrored(`ghcr.io/${folder}`, "gh/packages", folder)),
    );
    assert.deepEqual(entries([{ ...github, repositories: ["*-agent"] }]), entries([github]));
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
    const message = /team-a" and ".*team\/a" would both be called CACHE_4444/;
    assert.throws(() => cacheEnvironment(rules), { message });
  });
});

describe("all client configurations", () => {
  it("are the same for the same rules in another order", () => {
    const all = [dockerHub, github, quayAtRoot, otherEcr, teamOfOtherEcr];
    assert.deepEqual(clientConfiguration([...all].reverse()), clientConfiguration(all));
  });

  it("ask the cache for the whole upstream where they cannot name images", () => {
    for (const write of [containerdHosts, buildkitConfig, renovateRegistryAliases, cacheEnvironment])
      assert.deepEqual(write([listing]), write([github]));
  });

  it("are empty without rules, and the policies then change nothing", () => {
    const { kyvernoPolicy, mutatingAdmissionPolicy, ...rest } = clientConfiguration([]);
    for (const value of Object.values(rest)) assert.equal(Object.keys(value).length, 0);
    for (const text of [kyvernoPolicy, mutatingAdmissionPolicy]) assert.doesNotMatch(text, /dkr\.ecr/);
  });

  it("refuse a rule that could leave the text it is written into, without showing it", () => {
    const texts = ["a\nb", "../a", "a{{b}}", `a$${"{b}"}`, 'a"b', "a'b", "a b"];
    const wrong = texts.flatMap((text): [field: string, rule: CacheRule][] => [
      ["upstream", { ...dockerHub, upstream: text }],
      ["url", { ...dockerHub, url: `${ECR}/${text}` }],
      ["upstreamPrefix", { ...dockerHub, upstreamPrefix: text }],
      ["repositories", { ...dockerHub, repositories: [text === "../a" ? "^" : text] }],
    ]);
    const writers = [kyvernoPolicy, mutatingAdmissionPolicy, containerdHosts, buildkitConfig, containersRegistriesConf];
    for (const write of [...writers, renovateRegistryAliases, cacheEnvironment, dockerfileArgs, clientConfiguration]) {
      for (const [field, rule] of wrong) {
        const message = `The cache rule 2 has a ${field} with characters that no image name has.`;
        assert.throws(() => write([github, rule]), { message });
      }
    }
  });
});
