const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
const whole = /^-?(?:\d{1,15}(?:ms|d|h|m|s))+$/;

/** Reads `8h1m`, `-30s`, `1d`, `250ms` into ms; `undefined` where it is no such text. */
export function parseDuration(text: string): number | undefined {
  if (!whole.test(text)) return undefined;
  let sum = 0;
  for (const [, digits, unit] of text.matchAll(/(\d+)(ms|d|h|m|s)/g)) {
    sum += Number(digits) * unitMs[unit as keyof typeof unitMs];
  }
  return text.startsWith("-") ? -sum : sum;
}
