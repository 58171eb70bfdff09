import assert from "node:assert/strict";
import * as ecr from "@aws-sdk/client-ecr";
import * as iam from "@aws-sdk/client-iam";
import * as secretsmanager from "@aws-sdk/client-secrets-manager";
import type { Place, TestCloud } from "../../../local/emulator/testing/support";

/** What a person writes into the file that a fix asks for. */
const SECRET = JSON.stringify({ username: "demo-user", accessToken: "demo-token" });

/** Runs the AWS CLI's commands in a fix, by its rules for names and values, and with the SDK. */
export async function follow(cloud: TestCloud, fix: string, place: Place = {}): Promise<void> {
  const commands = fix.slice(fix.search(/(secret="\$\()?\baws (ecr|iam|secretsmanager) /));
  let secret = "";
  for (const command of commands.replace("<YYYY-MM-DD>", "2099-01-01").split(" && ")) {
    const [, inner] = /^secret="\$\((.*)\)"$/.exec(command) ?? [];
    const [program, ...call] = words(inner ?? command.replace('"$secret"', secret));
    assert.equal(program, "aws", command);
    const answer = await callAws(cloud, call, place);
    if (inner !== undefined) secret = answer;
  }
}

/** Does what the AWS CLI does with these words. */
export async function callAws(cloud: TestCloud, call: readonly string[], place: Place = {}): Promise<string> {
  const [service = "", operation = "", ...rest] = call;
  const { region, query, output: _, ...options } = optionsOf(rest);
  const clients = { ecr, iam, secretsmanager } as unknown as { [service: string]: { [name: string]: Sendable } };
  const Command = clients[service]?.[`${pascal(operation)}Command`];
  assert.ok(Command, `${service} ${operation}`);
  const name = service === "ecr" ? (option: string) => uncapitalized(pascal(option)) : pascal;
  const input = Object.fromEntries(
    Object.entries(options).map(([option, given]) => [name(option), read(option, given)]),
  );
  // Only IAM has no Regions.
  assert.ok(region !== undefined || service === "iam", `${service} ${operation} without a Region`);
  const there = { ...place, ...(region && { region: region[0] }) };
  const client = {
    ecr: () => cloud.ecr(there),
    iam: () => cloud.iam(there),
    secretsmanager: () => cloud.secrets(there),
  };
  const sent = client[service as keyof typeof client]() as unknown as { send: (command: object) => Promise<object> };
  const answer = (await sent.send(new Command(input))) as { [name: string]: unknown };
  return query ? String(answer[query[0] ?? ""]) : "";
}

type Sendable = new (input: object) => object;

/** Words of a command, without the single quotes around them. */
function words(command: string): string[] {
  return (command.trim().match(/(?:'[^']*'|\\'|[^\s'])+/g) ?? []).map((word) =>
    word.replace(/'([^']*)'|\\'/g, (found, quoted) => (found === "\\'" ? "'" : quoted)),
  );
}

function optionsOf(rest: readonly string[]): { [option: string]: string[] } {
  const options: { [option: string]: string[] } = {};
  let last: string[] = [];
  for (const word of rest) {
    if (word.startsWith("--")) options[word.slice(2)] = last = [];
    else last.push(word);
  }
  return options;
}

/** Documents are texts for the AWS CLI. Other JSON becomes a value. */
function read(option: string, [first = "", ...more]: readonly string[]): unknown {
  if (more.length > 0) throw new Error(`${option} has several values`);
  if (first.startsWith("file://")) return SECRET;
  return /^[[{]/.test(first) && !/(document|policy|policy-text)$/.test(option) ? JSON.parse(first) : first;
}

const pascal = (text: string) => text.replace(/(?:^|-)(\w)/g, (_all, letter: string) => letter.toUpperCase());
const uncapitalized = (text: string) => text.replace(/^./, (letter) => letter.toLowerCase());
