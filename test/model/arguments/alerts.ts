import { ACCOUNT, REGION } from "../cloud";
import { spoilt } from "../values";
import type { Argument } from "./argument";
import { registry } from "./component-args";
import { texts } from "./samples";

const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;

/** Arguments of alerts. */
export const ALERTS: readonly Argument[] = [
  {
    path: "alerts.emails",
    args: (email: string) => ({ ...registry({}), alerts: { emails: [email] } }),
    calls: (Endpoint: string) => [
      { service: "sns", operation: "Subscribe", input: { TopicArn: TOPIC, Protocol: "email", Endpoint } },
    ],
    values: () => [
      "ops@example.com",
      "o.p+s@mail.example.com",
      "ops@localhost",
      "ops",
      "@example.com",
      "a b@c.d",
      "a@b@c",
      "",
    ],
    before: [{ service: "sns", operation: "CreateTopic", input: { Name: "alerts" } }],
  },
  {
    path: "alerts.topicArn",
    args: (topicArn: string) => ({ ...registry({}), alerts: { topicArn } }),
    calls: (Arn: string) => [
      { service: "events", operation: "PutTargets", input: { Rule: "failed", Targets: [{ Id: "topic", Arn }] } },
    ],
    values: () => [TOPIC, ...spoilt(TOPIC), ...texts("events", "TargetArn")],
    shapesOnly: true,
  },
];
