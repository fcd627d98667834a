import { inspect } from "node:util";

/** A secret in every form in which it may slip out. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString("base64").replace(/=+$/, "");
  return [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ "": secret }).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    base64,
    bytes.toString("base64url"),
    bytes.toString("hex"),
    Buffer.from(secret, "latin1").toString("hex"),
  ];
}

/** Everything that a careless log line could show of a value. */
export function shownOf(value: unknown): string {
  const deep = { depth: null, showHidden: true, getters: true } as const;
  const shown = [inspect(value, deep), inspect(value, { ...deep, customInspect: false })];
  if (typeof value === "object" && value !== null) {
    shown.push(JSON.stringify(value) ?? "", String(value), JSON.stringify(Object.values(value)) ?? "");
    if (value instanceof Error) {
      const own = Object.getOwnPropertyNames(value).map((name) => String(value[name as keyof Error]));
      shown.push(value.message, value.stack ?? "", shownOf(value.cause), ...own);
    }
  } else shown.push(String(value));
  return shown.join("\n");
}

/** The names of the secrets that a text holds in some form. */
export function leaks(text: string, secrets: Readonly<Record<string, string | undefined>>): string[] {
  const lower = text.toLowerCase();
  return Object.entries(secrets)
    .filter(([, secret]) => secret && formsOf(secret).some((form) => lower.includes(form.toLowerCase())))
    .map(([name]) => name);
}
