import type { FastifyInstance } from "fastify";
import { publicUrl } from "../../support/world.js";

/** A person's browser, made by hand: it keeps cookies, and follows no redirect by itself. */
export interface Person {
  readonly jar: Map<string, string>;
  /** `path` may be an address of the gateway's. */
  open(path: string, headers?: Readonly<Record<string, string>>): Promise<Seen>;
  /** Sends a form from one of the gateway's own pages. */
  send(
    path: string,
    fields?: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Seen>;
}

export interface Seen {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly setCookies: readonly string[];
  /** Of the page's first form, but for its head's. */
  readonly action: string;
  /** Of a field in it, by its name. */
  field(name: string): string;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
const decoded = (text: string) =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? "");
const attribute = (tag: string, name: string) =>
  decoded(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? "");

export function newPerson(server: FastifyInstance): Person {
  const jar = new Map<string, string>();

  async function request(
    method: "GET" | "POST",
    path: string,
    headers: Readonly<Record<string, string>>,
    fields?: Readonly<Record<string, string>>,
  ): Promise<Seen> {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await server.inject({
      method,
      url: path.replace(publicUrl, ""),
      headers: {
        host: new URL(publicUrl).host,
        accept: "text/html,application/xhtml+xml",
        ...(cookie && { cookie }),
        ...(fields && { "content-type": "application/x-www-form-urlencoded" }),
        ...headers,
      },
      ...(fields && { payload: new URLSearchParams(fields).toString() }),
    });
    const setCookies = [answer.headers["set-cookie"] ?? []].flat();
    for (const line of setCookies) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/; Max-Age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    const text = answer.body;
    const page = text.slice(Math.max(0, text.indexOf("<main")));
    const [form = ""] = /<form\b[\s\S]*?<\/form>/.exec(page) ?? [];
    // What takes long begins with a page that leads on by itself: a browser goes there as it follows a redirect.
    const [, onward] = /<meta http-equiv="refresh" content="0;url=([^"]+)">/.exec(text) ?? [];
    const answered = answer.headers as Seen["headers"];
    return {
      status: onward === undefined ? answer.statusCode : 303,
      text,
      headers: onward === undefined ? answered : { ...answered, location: decoded(onward) },
      setCookies,
      action: attribute(form.split(">")[0] ?? "", "action"),
      field: (name) =>
        attribute(new RegExp(`<input[^>]*\\sname="${name}"[^>]*>`).exec(form)?.[0] ?? "", "value"),
    };
  }

  return {
    jar,
    open: (path, headers = {}) => request("GET", path, headers),
    send: (path, fields = {}, headers = {}) =>
      request("POST", path, { "sec-fetch-site": "same-origin", ...headers }, fields),
  };
}
