import assert from "node:assert/strict";
import { findUpstream, KNOWN_NAMES, tokenHint, type Upstream, unsupportedAdvice } from "../../component/catalogue";

function found(registry: string): Upstream {
  const lookup = findUpstream(registry);
  assert.ok(lookup.ok, `${registry} is not found`);
  return lookup.upstream;
}

function reason(registry: string): string {
  const lookup = findUpstream(registry);
  assert.ok(!lookup.ok, `${registry} is accepted`);
  return lookup.reason;
}

const CATALOGUE = [
  ["docker-hub", "registry-1.docker.io", "credentials", ["dockerhub", "docker-hub", "docker"]],
  ["github-container-registry", "ghcr.io", "credentials", ["ghcr", "github", "github-container-registry"]],
  ["gitlab-container-registry", "registry.gitlab.com", "credentials", ["gitlab", "gitlab-container-registry"]],
  ["chainguard", "cgr.dev", "credentials", ["chainguard", "cgr"]],
  ["quay", "quay.io", "none", ["quay"]],
  ["k8s", "registry.k8s.io", "none", ["k8s", "kubernetes"]],
  ["ecr-public", "public.ecr.aws", "none", ["ecr-public", "ecrpublic", "public-ecr"]],
] as const;

/** What people write for a host. */
const SPELLINGS = {
  "registry-1.docker.io": [
    "docker.io",
    "index.docker.io",
    "https://index.docker.io/v1/",
    "https://registry-1.docker.io",
    "http://docker.io",
    "DOCKER.IO",
    "docker.io/library/nginx",
    "hub.docker.com",
    "registry.hub.docker.com",
    "docker.com",
  ],
  "ghcr.io": ["https://ghcr.io", "github.com", "docker.pkg.github.com", "containers.pkg.github.com", "ghcr.io/owner"],
  "registry.gitlab.com": ["gitlab.com", "https://registry.gitlab.com/"],
  "cgr.dev": ["chainguard.dev", "images.chainguard.dev", "https://cgr.dev/chainguard"],
  "registry.k8s.io": ["k8s.gcr.io", "k8s.io", "https://registry.k8s.io"],
  "quay.io": ["https://quay.io", "Quay.io", "quay.com", "www.quay.io"],
  "public.ecr.aws": ["ecr.aws", "ecr-public.aws.com", "gallery.ecr.aws", "public.ecr.aws/docker"],
  "111122223333.dkr.ecr.us-east-1.amazonaws.com": ["111122223333.dkr-ecr.us-east-1.on.aws"],
};

/** Hosts and short names that ECR does not support, by a word of the reason. */
const UNSUPPORTED: readonly (readonly [why: RegExp, hosts: string[], names?: string[]])[] = [
  [
    /Google's/,
    ["gcr.io", "eu.gcr.io", "europe-docker.pkg.dev", "https://gcr.io/distroless"],
    ["gcr", "gar", "google", "artifact-registry", "GCR"],
  ],
  [/Microsoft's/, ["mcr.microsoft.com", "https://mcr.microsoft.com/"], ["mcr", "microsoft"]],
  [/Elastic's/, ["docker.elastic.co"], ["elastic"]],
  [/NVIDIA's/, ["nvcr.io"], ["nvidia", "ngc"]],
  [/dhi\.io/, ["dhi.io"], ["dhi"]],
  [/Minimus's/, ["reg.mini.dev"], ["minimus"]],
  [/GitLab that you host/, ["gitlab.example.com", "registry.gitlab.example.com"]],
  [/Harbor/, ["harbor.example.com", "my-harbor.example.com"], ["harbor"]],
  [/Quay that you host/, ["quay.example.com", "my-quay.example.com", "cdn.quay.io"]],
  [/Artifactory/, ["contoso.jfrog.io", "artifactory.example.com"], ["artifactory", "jfrog"]],
  [
    /European Sovereign Cloud/,
    ["111122223333.dkr.ecr.eusc-de-east-1.amazonaws.eu", "111122223333.dkr-ecr.eusc-de-east-1.on.amazonwebservices.eu"],
  ],
  [
    /China and AWS GovCloud/,
    [
      "111122223333.dkr.ecr.us-gov-west-1.amazonaws.com",
      "111122223333.dkr.ecr.cn-north-1.amazonaws.com",
      "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn",
    ],
  ],
  [/only <name>\.azurecr\.io/, ["contoso.azurecr.cn", "contoso.azurecr.us"]],
  [/5 to 50 letters/, ["four.azurecr.io", "a-b-c.azurecr.io", "x.contoso.azurecr.io"]],
  [/^ECR cannot cache this registry$/, ["registry.example.com", "localhost:5000", "azurecr.io", "", " "]],
];

describe("catalogue of upstream registries", () => {
  for (const [kind, host, authentication, names] of CATALOGUE) {
    it(`knows ${kind} by its host and its names`, () => {
      for (const written of [host, ...names]) assert.deepEqual(found(written), { kind, host, authentication });
    });
  }

  it("has no names besides these", () => {
    assert.deepEqual([...KNOWN_NAMES].sort(), CATALOGUE.flatMap(([, , , names]) => names).sort());
  });

  it("knows registries of Azure and ECR by the patterns of their hosts", () => {
    const azure = { kind: "azure-container-registry", host: "contoso.azurecr.io", authentication: "credentials" };
    assert.deepEqual(found("contoso.azurecr.io"), azure);
    const host = "444455556666.dkr.ecr.ap-southeast-3.amazonaws.com";
    const ecr = { accountId: "444455556666", region: "ap-southeast-3" };
    assert.deepEqual(found(host), { kind: "ecr", host, authentication: "role", ecr });
  });

  for (const [host, written] of Object.entries(SPELLINGS)) {
    it(`suggests ${host} for other spellings`, () => {
      for (const text of written) assert.ok(reason(text).endsWith(`: write "${host}"`), reason(text));
    });
  }

  it("asks for the host alone if it is right", () => {
    for (const host of ["contoso.azurecr.io", "111122223333.dkr.ecr.us-east-1.amazonaws.com"]) {
      const message = `write only the host in lower case, without a scheme or a path: "${host}"`;
      for (const written of [`https://${host}`, `${host}/team`, host.toUpperCase()])
        assert.deepEqual(findUpstream(written), { ok: false, reason: message });
    }
  });

  for (const [why, hosts, names = []] of UNSUPPORTED) {
    it(`says why a registry is not supported, and what is: ${hosts[0]}`, () => {
      for (const host of hosts) {
        const lookup = findUpstream(host);
        assert.ok(!lookup.ok && lookup.instead?.startsWith("ECR supports registry-1.docker.io, "), host);
        assert.match(lookup.reason, why, host);
      }
      for (const name of names) assert.match(unsupportedAdvice(name) ?? "", why, name);
    });
  }

  it("accepts no host that only looks like a supported one", () => {
    assert.equal(unsupportedAdvice("mine"), undefined);
    for (const host of [
      "ghcr.io.example.com",
      "example.com/ghcr.io",
      "ghcr.io@example.com",
      "ghcr.io:443",
      "ghcr.io\n",
      "quay.io#x",
      "evil-registry-1.docker.io.example",
      "contoso.azurecr.io.example.com",
      "111122223333.dkr.ecr.us-east-1.amazonaws.com.example.com",
      "11112222333.dkr.ecr.us-east-1.amazonaws.com",
      "https://https://ghcr.io.example",
      "constructor",
      "__proto__",
    ]) {
      assert.doesNotMatch(reason(host), /write "/, host);
    }
  });

  it("handles long hostile hosts quickly", () => {
    for (const base of ["a", "a.", "a-", "harbor-", "quay.", "111122223333.dkr.ecr.a-", "//"])
      reason(base.repeat(20_000));
  });

  it("says which credentials each upstream needs", () => {
    assert.match(tokenHint(found("dockerhub")), /Docker Hub user name and .* token/);
    assert.match(tokenHint(found("ghcr")), /read:packages/);
    assert.match(tokenHint(found("gitlab")), /read_registry/);
    assert.match(tokenHint(found("chainguard")), /pull token/);
    assert.match(tokenHint(found("contoso.azurecr.io")), /a user name and a token/);
  });
});
