import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { PullThroughCache } from "../../../component/index";
import { ACCOUNT, type Answers, Monitor, REGION } from "./monitor";
import { failing, run } from "./programs";
import { Refusals } from "./refusals";

const IDENTITY = "aws:index/getCallerIdentity:getCallerIdentity";
const PARTITION = "aws:index/getPartition:getPartition";
const PLACE = "aws:index/getRegion:getRegion";
const args = { registries: { quay: {} } };

describe("where the provider deploys to", () => {
  const refusals = new Refusals();

  before(() => refusals.start());
  after(() => refusals.end());

  it("is refused if ECR has no pull through cache there", async () => {
    for (const region of ["cn-north-1", "us-gov-west-1"]) {
      await Monitor.start({ [PLACE]: { region } });
      await refusals.expect(
        () => new PullThroughCache("cache", args),
        new RegExp(`^The provider's Region is ${region}: ECR has no pull through cache in the China and AWS GovCloud`),
      );
    }
  });

  it("is the given Regions, wherever the provider's own Region is", async () => {
    const answers = { [PLACE]: { region: "us-gov-west-1" } };
    const { monitor } = await run({ ...args, regions: ["eu-west-1"] }, { answers });
    assert.deepEqual(monitor.outputs.get("cache")?.urls, { quay: `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/quay` });
  });

  /** The URLs in the component's outputs, and what a program logs. */
  async function preview(answers: Answers): Promise<{ urls: unknown; log: readonly string[] }> {
    const { monitor } = await run(args, { answers, isPreview: true, isEngine: true });
    return { urls: monitor.outputs.get("cache")?.urls, log: monitor.log };
  }

  it("is asked of the mocks of a user's unit test, which names what they do not answer", async () => {
    const written: string[] = [];
    const write = console.error;
    console.error = (text: string) => void written.push(text);
    try {
      const call = ({ token }: pulumi.runtime.MockCallArgs) => (token === PLACE ? { region: REGION } : {});
      await pulumi.runtime.setMocks({ call, newResource: ({ name }) => ({ id: name, state: {} }) });
      const missing =
        /Missing:\n {2}- aws:index\/getCallerIdentity:getCallerIdentity with accountId\n {2}- aws:index\/getPartition:getPartition with partition and dnsSuffix$/;
      await refusals.expect(() => new PullThroughCache("cache", args), missing);
      assert.match(written.join("\n"), missing);
    } finally {
      console.error = write;
    }
  });

  it("is unknown in a preview as long as any part of it is", async () => {
    const known = { [IDENTITY]: { accountId: ACCOUNT }, [PLACE]: { region: REGION } };
    const china = { partition: "aws-cn", dnsSuffix: "amazonaws.com.cn" };
    assert.deepEqual(await preview({ ...known, [PARTITION]: china }), {
      urls: { quay: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com.cn/quay` },
      log: [],
    });
    const unknowns: readonly Answers[] = [
      { [IDENTITY]: {} },
      { [PLACE]: {} },
      { [PARTITION]: { partition: china.partition } },
      { [PARTITION]: { dnsSuffix: china.dnsSuffix } },
    ];
    const said =
      "The configuration of the AWS provider is not known yet. So this preview does not look what exists already.";
    for (const unknown of unknowns) {
      assert.deepEqual(
        await preview(unknown),
        { urls: pulumi.runtime.unknownValue, log: [said] },
        JSON.stringify(unknown),
      );
    }
  });

  it("fails a preview and an update if the provider cannot tell, with its error first", async () => {
    for (const token of [IDENTITY, PARTITION, PLACE]) {
      for (const isPreview of [true, false]) {
        const monitor = await Monitor.start({ [token]: failing("ThrottlingException: slow down") }, { isPreview });
        await refusals.expect(
          () => new PullThroughCache("cache", args),
          /^.*ThrottlingException: slow down\nSo the component does not know which account and Region to deploy to\./,
        );
        assert.deepEqual(
          monitor.requests.filter(({ token: type }) => type.startsWith("aws:")),
          [],
        );
      }
    }
  });
});
