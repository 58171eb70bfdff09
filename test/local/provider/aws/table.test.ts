import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { awsPlugin } from "../../../../local/provider/aws/plugin";
import { TABLE } from "../../../../local/provider/aws/table";

/** What @pulumi/aws declares for a resource type. It is generated from the real provider. */
interface Declared {
  /** Whether each argument must be given, by name. */
  readonly args: ReadonlyMap<string, boolean>;
  /** Whether each output always has a value, by name. */
  readonly outputs: ReadonlyMap<string, boolean>;
}

const AWS = path.dirname(require.resolve("@pulumi/aws/package.json"));

function declaredBy(token: string): Declared {
  const [, module = "", name = ""] = token.split(":");
  const text = readFileSync(path.join(AWS, `${module}.d.ts`), "utf8");
  const source = ts.createSourceFile(module, text, ts.ScriptTarget.Latest, true);
  const args = new Map<string, boolean>();
  const outputs = new Map<string, boolean>();
  for (const statement of source.statements) {
    if (ts.isInterfaceDeclaration(statement) && statement.name.text === `${name}Args`) {
      for (const member of statement.members)
        if (member.name) args.set(member.name.getText(), member.questionToken === undefined);
    }
    if (!ts.isClassDeclaration(statement) || statement.name?.text !== name) continue;
    for (const member of statement.members) {
      if (!ts.isPropertyDeclaration(member) || !member.type?.getText().startsWith("pulumi.Output<")) continue;
      outputs.set(member.name.getText(), !/\bundefined>$/.test(member.type.getText()));
    }
  }
  return { args, outputs };
}

/** Types that programs here need only in part. Their other arguments are refused. */
const PARTLY = ["SecretVersion", "Policy", "EventTarget", "Topic", "TopicSubscription", "Schedule"];
/** The real provider generates an id. The local one requires it, and the component sets it. */
const STRICTER = ["EventTarget.targetId"];
/** Optional and Computed in the provider, although @pulumi/aws declares that it always has a value. */
const UNDECLARED = ["Secret.replicas"];

/**
 * What cannot be changed in place. Source: hashicorp/terraform-provider-aws 6, internal/service/{ecr,events,iam,
 * scheduler,secretsmanager,sns}: ForceNew or RequiresReplace in each resource's schema.
 */
const REPLACED: { readonly [type: string]: readonly string[] } = {
  PullThroughCacheRule: ["ecrRepositoryPrefix", "upstreamRegistryUrl", "upstreamRepositoryPrefix"],
  RepositoryCreationTemplate: ["prefix"],
  RegistryScanningConfiguration: [],
  RegistryPolicy: [],
  PullTimeUpdateExclusion: ["principalArn"],
  Repository: ["encryptionConfigurations", "name"],
  LifecyclePolicy: ["policy", "repository"],
  RepositoryPolicy: ["repository"],
  Secret: ["name", "namePrefix", "type"],
  SecretVersion: ["secretBinary", "secretId", "secretString"],
  SecretPolicy: ["secretArn"],
  Role: ["name", "namePrefix", "path"],
  RolePolicy: ["name", "namePrefix", "role"],
  Policy: ["description", "name", "namePrefix", "path"],
  RolePolicyAttachment: ["policyArn", "role"],
  EventRule: ["eventBusName", "name", "namePrefix"],
  EventTarget: ["eventBusName", "rule", "targetId"],
  Topic: ["name", "namePrefix"],
  TopicPolicy: ["arn"],
  TopicSubscription: ["endpoint", "protocol", "topic"],
  Schedule: ["groupName", "name", "namePrefix"],
};

describe("the local provider's resource types", () => {
  const plugin = awsPlugin();
  plugin.configure({ region: "us-east-1", accessKey: "AKIAROOT111122223333", secretKey: "x", endpoints: "[]" });

  it("are all in the list of replacements", () => {
    assert.deepEqual(
      Object.keys(TABLE).map((token) => token.split(":").at(-1)),
      Object.keys(REPLACED),
    );
  });

  for (const [token, row] of Object.entries(TABLE)) {
    const name = token.split(":").at(-1) ?? "";
    const { args, outputs } = declaredBy(token);

    it(`${name} has the arguments and outputs that @pulumi/aws declares`, () => {
      const region = row.regional === false ? [] : ["region"];
      const known = [...Object.keys(row.fields), ...row.computed, ...(row.tagged ? ["tagsAll"] : []), ...region];
      const isPart = (part: readonly string[], whole: ReadonlyMap<string, boolean>) =>
        assert.deepEqual(
          part.filter((one) => !whole.has(one)),
          [],
        );
      isPart([...Object.keys(row.fields), ...region], args);
      isPart(known, outputs);
      if (!PARTLY.includes(name)) {
        assert.deepEqual([...args.keys()].sort(), [...Object.keys(row.fields), ...region].sort());
        assert.deepEqual([...outputs.keys()].sort(), known.sort());
      }
    });

    it(`${name} requires and fills in what the real provider does`, () => {
      for (const [field, { required = false, computed = false }] of Object.entries(row.fields)) {
        if (STRICTER.includes(`${name}.${field}`)) continue;
        assert.equal(required, args.get(field), `${field} is required`);
        if (required || UNDECLARED.includes(`${name}.${field}`)) continue;
        const isNamed = row.autoName !== undefined && field === "name";
        assert.equal(computed || isNamed, outputs.get(field), `${field} always has a value`);
      }
    });

    it(`${name} is replaced only if AWS cannot change a property in place`, () => {
      const type = plugin.resourceType(token);
      const replacing = Object.entries(row.fields).filter(([field, { objects }]) => {
        const holding = (value: string) => ({ [field]: objects ? [{ value }] : value });
        const { replaces } = type.diff({ oldInputs: {}, state: holding("a"), inputs: holding("b") });
        return replaces.includes(field);
      });
      assert.deepEqual(replacing.map(([field]) => field).sort(), REPLACED[name]);
    });
  }
});
