const DAY = 24 * 60 * 60 * 1000;

/**
 * An answer to compare as a whole, without what the SDK adds. A time is a number of days from now on the machine's
 * clock, such as "day 0".
 */
export function whole(answer: unknown): unknown {
  if (answer instanceof Date) return `day ${Math.round((answer.getTime() - Date.now()) / DAY)}`;
  if (Array.isArray(answer)) return answer.map(whole);
  if (typeof answer !== "object" || answer === null || ArrayBuffer.isView(answer)) return answer;
  const members = Object.entries(answer).filter(([name, value]) => name !== "$metadata" && value !== undefined);
  return Object.fromEntries(members.map(([name, value]) => [name, whole(value)]));
}
