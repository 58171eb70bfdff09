import type { TypeRow } from "../fields";
import { arn, bool, json, number, text } from "../validators";
import { AUTO_NAME, NAME, policy, tagField } from "./common";

const secretName = /^[0-9A-Za-z/_+=.@-]+$/;

/** The types of AWS Secrets Manager. */
export const SECRETS_MANAGER: Readonly<Record<string, TypeRow>> = {
  "aws:secretsmanager/secret:Secret": {
    title: "Secrets Manager Secret",
    fields: {
      name: { ...NAME, validate: [text(1, 512, secretName)] },
      namePrefix: { forceNew: true, computed: true, validate: [text(0, 486, secretName)] },
      description: {},
      kmsKeyId: {},
      // Without a policy, an existing one is not changed. "{}" deletes it.
      policy: { kind: "json", computed: true, validate: [json] },
      recoveryWindowInDays: { default: 30, writeOnly: true, validate: [number(7, 30, 0)] },
      forceOverwriteReplicaSecret: { default: false, writeOnly: true, validate: [bool] },
      replicas: { computed: true, kind: "set", objects: true },
      type: { forceNew: true },
      tags: tagField,
    },
    computed: ["arn"],
    tagged: true,
    autoName: AUTO_NAME,
    awaited: true,
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    title: "Secrets Manager Secret Version",
    fields: {
      secretId: { required: true, forceNew: true },
      secretString: { forceNew: true, conflictsWith: ["secretBinary"] },
      secretBinary: { forceNew: true },
      versionStages: { computed: true, kind: "set" },
    },
    computed: ["arn", "versionId"],
    secretOutputs: ["secretString", "secretBinary"],
    awaited: true,
  },
  "aws:secretsmanager/secretPolicy:SecretPolicy": {
    title: "Secrets Manager Secret Policy",
    awaited: true,
    fields: {
      secretArn: { required: true, forceNew: true, validate: [arn] },
      policy,
      blockPublicPolicy: { writeOnly: true, validate: [bool] },
    },
    computed: [],
  },
};
