// Moments, spans of time and names, as the bench writes them.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** `2026-01-31`, or with the time of day: `2026-01-31 12:00`. Of the lab, in UTC. */
export function day(moment: number, precise = false): string {
  const text = new Date(moment).toISOString();
  return precise ? `${text.slice(0, 10)} ${text.slice(11, 16)}` : text.slice(0, 10);
}

/** A span of time in its largest unit: `7 days`, `3 hours`. */
export function span(milliseconds: number): string {
  const units: readonly (readonly [number, string])[] = [[365 * DAY, "year"], [DAY, "day"], [HOUR, "hour"], [MINUTE, "minute"], [SECOND, "second"]];
  for (const [length, name] of units) {
    if (milliseconds >= length) {
      const count = Math.round(milliseconds / length * (length > DAY ? 10 : 1)) / (length > DAY ? 10 : 1);
      return `${String(count)} ${name}${count === 1 ? "" : "s"}`;
    }
  }
  return "no time";
}

/** What people call a key: an alias of its own, else the beginning of its id. */
export function keyName(key: { readonly key_id: string; readonly aliases: readonly string[] }): string {
  return key.aliases[0] ?? (key.key_id.length > 20 ? `${key.key_id.slice(0, 8)}…` : key.key_id);
}

/** Who made a call, without account and partition: `user/alice`. */
export function caller(arn: string): string {
  return arn.startsWith("arn:") ? arn.split(":").slice(5).join(":") || arn : arn;
}
