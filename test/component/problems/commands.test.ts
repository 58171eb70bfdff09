import assert from "node:assert/strict";
import { askCommand, setCommand } from "../../../component/problems/commands";

describe("the command that sets credentials", () => {
  it("prompts for the value, or names what to put in its place", () => {
    const start = "pulumi config set --secret --path 'pull-through-cache:credentials.hub";
    assert.equal(askCommand("hub", "username"), `${start}.username'`);
    assert.equal(setCommand("hub", "username"), `${start}.username' <username>`);
    assert.equal(setCommand("hub", "accessToken"), `${start}.accessToken' <token>`);
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
        askCommand(key, "accessToken"),
        `pulumi config set --secret --path 'pull-through-cache:${path}.accessToken'`,
      );
    }
  });
});
