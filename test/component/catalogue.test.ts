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

describe("catalogue of upstream registries", () => {
  const catalogue = [
    ["docker-hub", "registry-1.docker.io", "credentials", ["dockerhub", "docker-hub", "docker"]],
    ["github-container-registry", "ghcr.io", "credentials", ["ghcr", "github", "github-container-registry"]],
    ["gitlab-container-registry", "registry.gitlab.com", "credentials", ["gitlab", "gitlab-container-registry"]],
    ["chainguard", "cgr.dev", "credentials", ["chainguard", "cgr"]],
    ["quay", "quay.io", "none", ["quay"]],
    ["k8s", "registry.k8s.io", "none", ["k8s", "kubernetes"]],
    ["ecr-public", "public.ecr.aws", "none", ["ecr-public", "ecrpublic", "public-ecr"]],
  ] as const;

  for (const [kind, host, authentication, names] of catalogue) {
    it(`knows ${kind} by its host and its names`, () => {
      for (const written of [host, ...names]) assert.deepEqual(found(written), { kind, host, authentication });
    });
  }

  it("has no names besides these", () => {
    assert.deepEqual([...KNOWN_NAMES].sort(), catalogue.flatMap(([, , , names]) => names).sort());
  });

  it("knows an Azure registry by the pattern of its host", () => {
    assert.deepEqual(found("contoso.azurecr.io"), {
      kind: "azure-container-registry",
      host: "contoso.azurecr.io",
      authentication: "credentials",
    });
    for (const host of ["four.azurecr.io", "a-b-c.azurecr.io", "x.contoso.azurecr.io", "azurecr.io"]) reason(host);
  });

  it("reads account and Region of an ECR upstream from its host", () => {
    for (const [accountId, region] of [
      ["111122223333", "us-east-1"],
      ["444455556666", "ap-southeast-3"],
    ] as const) {
      const host = `${accountId}.dkr.ecr.${region}.amazonaws.com`;
      assert.deepEqual(found(host), { kind: "ecr", host, authentication: "role", ecr: { accountId, region } });
    }
  });

  it("refuses ECR upstreams in Regions without pull through cache", () => {
    for (const host of [
      "111122223333.dkr.ecr.us-gov-west-1.amazonaws.com",
      "111122223333.dkr.ecr.cn-north-1.amazonaws.com",
      "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn",
    ]) {
      assert.match(reason(host), /China and AWS GovCloud/);
    }
  });

  describe("suggests the right host for other spellings", () => {
    const spellings = {
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
      "ghcr.io": [
        "https://ghcr.io",
        "github.com",
        "docker.pkg.github.com",
        "containers.pkg.github.com",
        "ghcr.io/owner",
      ],
      "registry.gitlab.com": ["gitlab.com", "https://registry.gitlab.com/"],
      "cgr.dev": ["chainguard.dev", "images.chainguard.dev", "https://cgr.dev/chainguard"],
      "registry.k8s.io": ["k8s.gcr.io", "k8s.io", "https://registry.k8s.io"],
      "quay.io": ["https://quay.io", "Quay.io", "quay.com", "www.quay.io"],
      "public.ecr.aws": ["ecr.aws", "ecr-public.aws.com", "gallery.ecr.aws", "public.ecr.aws/docker"],
    };
    for (const [host, written] of Object.entries(spellings)) {
      for (const text of written) {
        it(text, () => assert.match(reason(text), new RegExp(`write "${host.replaceAll(".", "\\.")}"$`)));
      }
    }

    it("also of Azure and ECR", () => {
      assert.match(
        reason("https://contoso.azurecr.io/team"),
        /write only the host in lower case, without a scheme or a path: "contoso\.azurecr\.io"$/,
      );
      assert.match(
        reason("111122223333.dkr.ecr.us-east-1.amazonaws.com/team"),
        /: "111122223333\.dkr\.ecr\.us-east-1\.amazonaws\.com"$/,
      );
      assert.match(
        reason("111122223333.dkr-ecr.us-east-1.on.aws"),
        /does not document this host of the registry: write "111122223333\.dkr\.ecr\.us-east-1\.amazonaws\.com"$/,
      );
    });
  });

  describe("says why a registry is not supported, and what is", () => {
    const unsupported: [RegExp, string[]][] = [
      [/Google's/, ["gcr.io", "eu.gcr.io", "europe-docker.pkg.dev", "https://gcr.io/distroless"]],
      [/Microsoft's/, ["mcr.microsoft.com", "https://mcr.microsoft.com/"]],
      [/Elastic's/, ["docker.elastic.co"]],
      [/GitLab that you host/, ["gitlab.example.com", "registry.gitlab.example.com"]],
      [/Harbor/, ["harbor.example.com", "my-harbor.example.com"]],
      [/Quay that you host/, ["quay.example.com", "my-quay.example.com", "cdn.quay.io"]],
      [/Artifactory/, ["contoso.jfrog.io", "artifactory.example.com"]],
      [
        /European Sovereign Cloud/,
        [
          "111122223333.dkr.ecr.eusc-de-east-1.amazonaws.eu",
          "111122223333.dkr-ecr.eusc-de-east-1.on.amazonwebservices.eu",
        ],
      ],
      [/Azure/, ["contoso.azurecr.cn", "contoso.azurecr.us"]],
      [/^ECR cannot cache this registry/, ["registry.example.com", "localhost:5000", "", " "]],
    ];
    for (const [why, hosts] of unsupported) {
      for (const host of hosts) {
        it(JSON.stringify(host), () => {
          const text = reason(host);
          assert.match(text, why);
          for (const [, supported] of catalogue) assert.ok(text.includes(supported), supported);
          assert.match(text, /<name>\.azurecr\.io, <account>\.dkr\.ecr\.<region>\.amazonaws\.com$/);
        });
      }
    }
  });

  it("gives the same advice for the short name of a registry that is not supported", () => {
    for (const [why, names] of [
      [/Google's/, ["gcr", "gar", "google", "artifact-registry", "GCR"]],
      [/Microsoft's/, ["mcr", "microsoft"]],
      [/Elastic's/, ["elastic"]],
      [/Harbor/, ["harbor"]],
      [/Artifactory/, ["artifactory", "jfrog"]],
    ] as const) {
      for (const name of names) assert.match(unsupportedAdvice(name) ?? "", why, name);
    }
    assert.equal(unsupportedAdvice("mine"), undefined);
  });

  it("accepts no host that only looks like a supported one", () => {
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
    const bases = ["a", "a.", "a-", "harbor-", "quay.", "111122223333.dkr.ecr.a-", "//"];
    for (const base of bases) assert.match(reason(base.repeat(20_000)), /ECR supports/);
  });

  it("says which credentials each upstream needs", () => {
    assert.match(tokenHint(found("dockerhub")), /Docker Hub user name and .* token/);
    assert.match(tokenHint(found("ghcr")), /read:packages/);
    assert.match(tokenHint(found("gitlab")), /read_registry/);
    assert.match(tokenHint(found("chainguard")), /pull token/);
    assert.match(tokenHint(found("contoso.azurecr.io")), /a user name and a token/);
  });
});
