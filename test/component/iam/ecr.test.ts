import assert from "node:assert/strict";
import { cacheUrl, repositoryArns } from "../../../component/iam/ecr";
import { HOME, SEVERAL, SOVEREIGN } from "./support";

describe("names in ECR", () => {
  it("follow partition, Region and prefix", () => {
    assert.equal(cacheUrl(HOME, "us-east-1", "hub"), "111122223333.dkr.ecr.us-east-1.amazonaws.com/hub");
    assert.equal(cacheUrl(HOME, "us-east-1", "ROOT"), "111122223333.dkr.ecr.us-east-1.amazonaws.com");
    assert.equal(cacheUrl(SOVEREIGN, "eusc-de-east-1", "a/b"), "111122223333.dkr.ecr.eusc-de-east-1.amazonaws.eu/a/b");
    assert.deepEqual(repositoryArns(SOVEREIGN, ["a/b"]), [
      "arn:aws-eusc:ecr:eusc-de-east-1:111122223333:repository/a/b/*",
    ]);
  });

  it("cover the repositories of a prefix, and not those whose name only starts with the same letters", () => {
    assert.deepEqual(repositoryArns(HOME, ["hub", "ROOT"]), [
      "arn:aws:ecr:us-east-1:111122223333:repository/hub/*",
      "arn:aws:ecr:us-east-1:111122223333:repository/*",
    ]);
  });

  it("have one pattern for several Regions", () => {
    assert.deepEqual(repositoryArns(SEVERAL, ["hub"]), ["arn:aws:ecr:*:111122223333:repository/hub/*"]);
  });
});
