import assert from "node:assert/strict";
import type { Properties } from "../../../local/provider/wire";
import { SETTINGS, typeOf } from "./offline";
import { RULE } from "./tokens";

describe("settings of the local AWS provider", () => {
  const refusal = (settings: Properties) => () => typeOf(RULE, settings).previewCreate({ ecrRepositoryPrefix: "hub" });

  it("refuse the name of version 6 for assumed roles", () => {
    assert.throws(
      refusal({ ...SETTINGS, assumeRole: '{"roleArn":"arn:aws:iam::111122223333:role/deploy"}' }),
      /invalid config key 'aws:assumeRole', should be 'aws:assumeRoles'/,
    );
  });

  it("must name a region and credentials, and say how", () => {
    const { region, ...noRegion } = SETTINGS;
    const { accessKey, ...noKey } = SETTINGS;
    assert.throws(refusal(noRegion), /Missing region configuration.*pulumi config set aws:region/);
    assert.throws(refusal(noKey), /No valid credential sources/);
  });

  it("never lead to the real AWS", async () => {
    const { endpoints, ...noEndpoint } = SETTINGS;
    const saved = process.env.AWS_ENDPOINT_URL;
    delete process.env.AWS_ENDPOINT_URL;
    try {
      await assert.rejects(
        typeOf(RULE, noEndpoint).create({ ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "quay.io" }),
        /no endpoint for ecr: set AWS_ENDPOINT_URL/,
      );
    } finally {
      if (saved !== undefined) process.env.AWS_ENDPOINT_URL = saved;
    }
  });
});
