/** What one check found: `fault` keeps something from working, `warn` may, or could not be seen. */
export interface Finding {
  readonly check: string;
  readonly level: "ok" | "warn" | "fault";
  readonly says: string;
  /** What to do next. */
  readonly next?: string;
}

/** What a check found, before it is said whose finding it is. */
export type Found = Omit<Finding, "check">;

export const ok = (says: string): Found => ({ level: "ok", says });
export const warn = (says: string, next: string): Found => ({ level: "warn", says, next });
export const fault = (says: string, next: string): Found => ({ level: "fault", says, next });

/** What keeps a check from being made, where another check says what is wrong. */
export class NotChecked extends Error {
  override readonly name = "NotChecked";
}

/** A length of time in words. */
export function inWords(ms: number): string {
  const units = [
    [86_400_000, "days"],
    [3_600_000, "hours"],
    [60_000, "minutes"],
  ] as const;
  const [size, unit] = units.find(([size]) => ms >= 2 * size) ?? [1_000, "s"];
  return `${size === 1_000 ? Math.round(ms / 100) / 10 : Math.floor(ms / size)} ${unit}`;
}
