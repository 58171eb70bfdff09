import assert from "node:assert/strict";
import { planRegistries } from "../../../component/plan";
import { formatPath } from "../../../component/problems/print";
import { ROLE } from "./support";

const SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/ghcr-AbCdEf";

describe("plan of a map of registries", () => {
  it("has its entries in the order of their keys, also those without settings, and asks for no credentials", () => {
    const planned = planRegistries("cache", { quay: null, k8s: undefined, ghcr: {}, aa: { registry: "dockerhub" } });
    assert.ok(planned.ok);
    assert.deepEqual(
      planned.entries.map(({ key, upstream, secret }) => [key, upstream.host, secret?.source]),
      [
        ["aa", "registry-1.docker.io", "argument or config"],
        ["ghcr", "ghcr.io", "argument or config"],
        ["k8s", "registry.k8s.io", undefined],
        ["quay", "quay.io", undefined],
      ],
    );
  });

  it("is for the Regions that its ARNs name", () => {
    const arns = { "us-east-1": SECRET, "eu-west-1": SECRET.replace("us-east-1", "eu-west-1") };
    const several = planRegistries("cache", { ghcr: { credentialArns: arns }, dockerhub: { credentialArn: SECRET } });
    assert.deepEqual(several.ok || several.issues.map(({ path }) => formatPath(path)), [
      "registries.dockerhub.credentialArn",
    ]);
    assert.ok(planRegistries("cache", { ghcr: { credentialArns: arns }, dockerhub: { credentialArns: arns } }).ok);
  });

  it("is refused with all problems: those with the shape of an entry, and those with what it says", () => {
    const planned = planRegistries("cache", { quay: { prefix: 7 }, k8s: { roleArn: ROLE }, ghcr: [] });
    assert.deepEqual(planned.ok ? [] : planned.issues.map(({ path }) => formatPath(path)), [
      "registries.quay.prefix",
      "registries.ghcr",
      "registries.k8s.roleArn",
    ]);
  });
});
