import assert from "node:assert/strict";
import { request } from "node:http";
import { TestCloud } from "../testing/support";

/** What programs on this machine ask, one for each API. */
const APIS: readonly (readonly [api: string, host: string, path: string])[] = [
  ["AWS", "127.0.0.1", "/"],
  ["control", "localhost", "/_local/clock"],
  ["registry", "111122223333.dkr.ecr.us-east-1.amazonaws.com", "/v2/"],
  ["upstream", "registry-1.docker.io", "/v2/"],
];

/** Headers of requests that web pages make this machine's browser send. */
const FOREIGN: readonly Readonly<Record<string, string>>[] = [
  { host: "example.com" },
  { host: "127.0.0.1.example.com" },
  { origin: "https://example.com" },
  { origin: "null" },
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "same-site" },
];

describe("emulator: requests of web pages", () => {
  const cloud = TestCloud.forSuite();
  const isRefused = (path: string, headers: Readonly<Record<string, string>>): Promise<boolean> => {
    const { hostname, port } = new URL(cloud.url);
    return new Promise((resolve, reject) => {
      const asked = request({ hostname, port, path, headers }, (response) => {
        let body = "";
        response.on("data", (data: Buffer) => {
          body += data;
        });
        response.on("end", () =>
          resolve(response.statusCode === 403 && body.includes("Only programs on this machine")),
        );
      });
      asked.on("error", reject);
      asked.end();
    });
  };

  for (const [api, host, path] of APIS) {
    it(`are refused by the ${api} API, and only these`, async () => {
      assert.equal(await isRefused(path, { host }), false);
      assert.equal(await isRefused(path, { host, "sec-fetch-site": "none" }), false, "typed by the user");
      for (const headers of FOREIGN)
        assert.equal(await isRefused(path, { host, ...headers }), true, JSON.stringify(headers));
    });
  }
});
