import type { Origins } from "kunji";
import type { OpenValues } from "../open-settings.js";

/** A person's own app at a broker. */
export interface AppRecord {
  /** By the names of the broker's settings; `redirectUri` among them where the login has a redirect. */
  readonly settings: Readonly<Record<string, string>>;
  /** What the person has set of that which the broker's pages leave open. */
  readonly open?: OpenValues;
  /** Where the broker is, in an environment that is none of the published ones. */
  readonly origins?: Origins;
}

type Fields = Readonly<Record<string, unknown>>;

function parsed(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Fields) : {};
  } catch {
    return {};
  }
}

const isTexts = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((text) => typeof text === "string");

const isOpen = (value: unknown): value is OpenValues =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((one) => typeof one === "string" || typeof one === "number" || one === false);

/** Reads a stored app; `undefined` where the text is none. */
export function appFrom(text: string): AppRecord | undefined {
  const { settings, origins, open = {} } = parsed(text);
  if (!isTexts(settings) || !isOpen(open)) return undefined;
  if (origins === undefined) return { settings, open };
  const { api, login } = isTexts(origins) ? origins : {};
  return api && login ? { settings, open, origins: { api, login } } : undefined;
}

/** A vendor session as it is stored. */
interface VendorRecord {
  readonly token: string;
  readonly endsAt: number;
  readonly loggedOut: boolean;
}

/** Reads a stored vendor session; `undefined` where the text is none. */
export function vendorFrom(text: string): VendorRecord | undefined {
  const { token, endsAt, loggedOut } = parsed(text);
  const good = typeof token === "string" && Number.isFinite(endsAt) && typeof loggedOut === "boolean";
  return good ? { token, endsAt: Number(endsAt), loggedOut } : undefined;
}
