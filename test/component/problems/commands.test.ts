import assert from "node:assert/strict";
import { setCommand } from "../../../component/problems/commands";

describe("the command that sets credentials", () => {
  it("lets Pulumi ask for the value", () => {
    const start = "pulumi config set --secret --path 'pull-through-cache:credentials.hub";
    assert.equal(setCommand("hub", "username"), `${start}.username'`);
    assert.equal(setCommand("hub", "accessToken"), `${start}.accessToken'`);
  });

  it("has the key as Pulumi reads it in a path", () => {
    for (const [key, path] of [
      [undefined, "credentials.<key>"],
      ["_hub-9", "credentials._hub-9"],
      ["9hub", 'credentials["9hub"]'],
      ["-hub", 'credentials["-hub"]'],
      ["a.b", 'credentials["a.b"]'],
      ["hub/", 'credentials["hub/"]'],
      ["", "credentials.<key>"],
      ["accessToken:hunter2", "credentials.<key>"],
    ] as const) {
      assert.equal(
        setCommand(key, "accessToken"),
        `pulumi config set --secret --path 'pull-through-cache:${path}.accessToken'`,
      );
    }
  });
});
