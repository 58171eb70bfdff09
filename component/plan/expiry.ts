import { tokenLife, type Upstream } from "../catalogue";
import { setCommand } from "../problems/commands";
import type { Issue } from "../problems/issue";

import type { EntryPlan } from "./model";

/** The tag of a secret with the day on which its token expires. */
export const TOKEN_EXPIRES_TAG = "pull-through-cache:token-expires";

/** How many days before a token expires previews start to warn. */
const NEAR_DAYS = 30;
/** When reminders are sent, in days before a token expires. */
const REMINDER_DAYS = [30, 7, 1];
const REMINDER_HOUR = "09:00:00";
const DAY = 24 * 60 * 60 * 1000;
/**
 * EventBridge Scheduler refuses a time that is past. Its clock is not this one, and some minutes may go by until an
 * update reaches the reminder. Whoever runs one then reads the warning about the token.
 */
const MARGIN = 15 * 60 * 1000;

/** Days from today until a date, both in UTC: 0 on the day itself. */
function daysUntil(date: string, now: number): number {
  return Math.round((Date.parse(date) - Math.floor(now / DAY) * DAY) / DAY);
}

/** Problems with `tokenExpires` of an entry. */
export function expiryIssues(key: string, expires: string, upstream: Upstream, now: number): Issue[] {
  const path = ["registries", key, "tokenExpires"];
  if (upstream.authentication !== "credentials" || daysUntil(expires, now) >= 0) return [];
  const message = `the token expired on ${expires}: create a new one at ${upstream.host}, set it with \`${setCommand(key, "accessToken")}\` or in the secret that credentialArn names, and write its date here`;
  return [{ path, message }];
}

/** The warning in a preview about a token that expires soon, or may. */
export function expiryWarnings({ key, tokenExpires, upstream }: EntryPlan, now: number): Issue[] {
  if (tokenExpires === undefined) {
    const life = tokenLife(upstream);
    return life === undefined
      ? []
      : [{ path: ["registries", key], message: `${life}: write the day into tokenExpires, to be warned in time` }];
  }
  const days = daysUntil(tokenExpires, now);
  if (days > NEAR_DAYS) return [];
  const inDays = days === 0 ? "today" : days === 1 ? "tomorrow" : `in ${days} days`;
  const message = `the token of ${upstream.host} expires ${inDays}, on ${tokenExpires}. Create a new one before then, and write its date here`;
  return [{ path: ["registries", key, "tokenExpires"], message }];
}

/** The reminders that are still to be sent, with their times in UTC in the format of EventBridge Scheduler. */
export function reminderTimes(expires: string, now: number): { readonly days: number; readonly time: string }[] {
  return REMINDER_DAYS.map((days) => {
    const date = new Date(Date.parse(expires) - days * DAY).toISOString().slice(0, 10);
    return { days, time: `${date}T${REMINDER_HOUR}` };
  }).filter(({ time }) => Date.parse(`${time}Z`) > now + MARGIN);
}
