import { SNS } from "@aws-sdk/client-sns";
import type { Mail } from "../emulator/mailbox";

/** The emails that the local AWS has sent, newest last. */
export async function readMails(endpoint: string): Promise<readonly Mail[]> {
  const response = await fetch(`${endpoint}/_local/mail`);
  return ((await response.json()) as { mails: Mail[] }).mails;
}

/** An email as its recipient sees it, without the footer. */
export function describeMail({ from, to, subject, body }: Mail): string[] {
  const [text = ""] = body.split("\n--\n");
  return [`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, "", ...text.trimEnd().split("\n")];
}

/** Confirms a subscription, as the link in the email does. */
export async function openLink({ body }: Mail): Promise<void> {
  const link = new URL(/https:\S+/.exec(body)?.[0] ?? "");
  const [TopicArn, Token] = ["TopicArn", "Token"].map((name) => link.searchParams.get(name) ?? "");
  await new SNS({}).confirmSubscription({ TopicArn, Token });
}
