import assert from "node:assert/strict";
import { configuredCredentials } from "../../component/input/credentials/config";
import { prepare } from "../../component/prepare";
import { InvalidInputError, UserError } from "../../component/problems/error";
import { secretStrings } from "../../component/resources/late/secret-strings";
import { promiseOf } from "../support/promise";
import { ARGUMENTS, type Argument } from "./arguments";
import { type Call, LocalCloud, modelTakes } from "./cloud";
import { STRICTER } from "./stricter";
import { around } from "./values";

const HUB = { kind: "docker-hub", host: "registry-1.docker.io", authentication: "credentials" } as const;

function refusal(argument: Argument, value: unknown): string | undefined {
  try {
    prepare(argument.name?.(value as never) ?? "cache", argument.args(value as never));
    return undefined;
  } catch (error) {
    // The name is refused before the arguments are read.
    if (error instanceof UserError && argument.name) return error.message;
    assert.ok(error instanceof InvalidInputError, `${argument.path}: ${String(error)}`);
    for (const { propertyPath, reason } of error.errors) {
      assert.ok(propertyPath.startsWith(argument.path), `${argument.path} is refused at ${propertyPath}: ${reason}`);
    }
    return error.errors.map(({ reason }) => reason).join("; ");
  }
}

describe("component's arguments against AWS's service models and the emulator", () => {
  const cloud = new LocalCloud();
  const unused = new Set(STRICTER);
  let tried = 0;
  let argumentsTried = 0;
  after(() => {
    if (process.env.MODEL_COUNTS) console.log(`component against model and emulator: ${tried} values`);
  });

  async function emulatorTakes(argument: Argument, value: unknown, calls: readonly Call[]): Promise<boolean> {
    if (argument.shapesOnly) return calls.every(modelTakes);
    cloud.reset();
    const account = argument.account?.(value as never);
    for (const call of argument.before ?? []) await cloud.call(call, account);
    for (const call of calls) {
      if ((await cloud.refusal(call, account)) !== undefined) return false;
    }
    return true;
  }

  for (const [index, argument] of ARGUMENTS.entries()) {
    it(`${argument.path || "the name"} accepts and refuses what AWS does (${index + 1})`, async () => {
      argumentsTried++;
      const differences: string[] = [];
      const values = new Map(
        argument.values().map((value) => [typeof value === "number" ? `${value}` : JSON.stringify(value), value]),
      );
      for (const [shown, value] of values) {
        tried++;
        const reason = refusal(argument, value);
        const calls = argument.calls(value as never);
        const [model, emulator] = [calls.every(modelTakes), await emulatorTakes(argument, value, calls)];
        if (reason === undefined && model && emulator) continue;
        if (reason !== undefined && !model) continue;
        const rules = STRICTER.filter((rule) => rule.path.test(argument.path) && rule.refuses(value));
        for (const rule of rules) unused.delete(rule);
        // The emulator must also refuse what only AWS's documentation forbids.
        const explained = rules.some((rule) => reason !== undefined && (rule.by === "AWS" ? !emulator : true));
        if (!explained) {
          differences.push(`${shown.slice(0, 160)}: component ${reason ?? "ok"}, model ${model}, emulator ${emulator}`);
        }
      }
      if (differences.length > 0)
        assert.fail([`${differences.length} of ${values.size} differ`, ...differences.slice(0, 12)].join("\n"));
    });
  }

  it("accepts secrets of the same size as AWS", async () => {
    for (const [character, bytes] of [
      ["a", 1],
      ["é", 2],
      ['"', 2],
      ["😀", 4],
    ] as const) {
      for (const size of around(65_536)) {
        const left = size - JSON.stringify({ username: "someone", accessToken: "" }).length;
        const accessToken = character.repeat(Math.floor(left / bytes)) + "a".repeat(left % bytes);
        const given = { hub: { username: "someone", accessToken } };
        const output = secretStrings(given, configuredCredentials())(
          { key: "hub", upstream: HUB },
          { source: "argument" },
        );
        const text = await promiseOf(output).catch((error: unknown) => error);
        tried++;
        assert.equal(typeof text === "string", size <= 65_536, `${size} bytes of ${character}`);
        if (typeof text !== "string") assert.ok(text instanceof InvalidInputError);
        else {
          const call: Call = {
            service: "secretsmanager",
            operation: "CreateSecret",
            input: { Name: "a", SecretString: text },
          };
          cloud.reset();
          assert.ok(modelTakes(call) && (await cloud.refusal(call)) === undefined);
        }
      }
    }
  });

  it("tried enough, and every rule that is stricter than AWS's model", function () {
    // With --grep only some arguments were tried.
    if (argumentsTried < ARGUMENTS.length) return this.skip();
    assert.ok(tried >= 40_000, `${tried} values`);
    assert.deepEqual(
      [...unused].map(({ reason }) => reason),
      [],
    );
  });
});
