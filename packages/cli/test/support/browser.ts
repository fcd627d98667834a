import { request } from "node:http";

/** A browser made by hand: it keeps cookies, follows redirects, and sends the first form of each page. */
const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
const decoded = (text: string) =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? "");
const attribute = (tag: string, name: string) =>
  decoded(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? "");

interface Page {
  readonly url: string;
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export interface Person {
  readonly username: string;
  readonly password: string;
  readonly otp: string;
}

/** One request as a browser makes it that goes to a page. Node's own fetch calls every request a page's script's. */
export async function navigate(url: string | URL, init: RequestInit = {}): Promise<Response> {
  const { method = "GET", headers, body } = init;
  const sent = new Headers({ "sec-fetch-dest": "document", "sec-fetch-mode": "navigate" });
  for (const [name, value] of new Headers(headers)) sent.set(name, value);
  if (body instanceof URLSearchParams) sent.set("content-type", "application/x-www-form-urlencoded");
  return new Promise((resolve, reject) => {
    const out = request(url, { method, headers: Object.fromEntries(sent) }, async (answer) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of answer) chunks.push(chunk as Uint8Array);
      const got = new Headers();
      for (let i = 0; i < answer.rawHeaders.length; i += 2)
        got.append(answer.rawHeaders[i] ?? "", answer.rawHeaders[i + 1] ?? "");
      const status = answer.statusCode ?? 0;
      const bare = status === 204 || status === 304;
      resolve(new Response(bare ? null : Buffer.concat(chunks), { status, headers: got }));
    });
    out.on("error", reject);
    out.end(body ? String(body) : undefined);
  });
}

export function browser() {
  const jar = new Map<string, string>();

  /** One request, its redirects followed until `stop` says that the next address is not to be visited. */
  async function visit(url: string, init: RequestInit = {}, stop?: (url: string) => boolean): Promise<Page> {
    if (stop?.(url)) return { url, status: 0, text: "", headers: new Headers() };
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await navigate(url, {
      ...init,
      headers: { ...init.headers, ...(cookie ? { cookie } : {}) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const next = response.headers.get("location");
    if (response.status >= 300 && response.status < 400 && next)
      return visit(new URL(next, url).href, {}, stop);
    return { url, status: response.status, text: await response.text(), headers: response.headers };
  }

  /** Fills in and sends the first form, with its first button. */
  async function send(page: Page, person: Person, stop?: (url: string) => boolean): Promise<Page> {
    const [form = ""] = /<form\b[\s\S]*?<\/form>/.exec(page.text) ?? [];
    const fields = new URLSearchParams();
    for (const [tag] of form.matchAll(/<input\b[^>]*>/g)) {
      const name = attribute(tag, "name");
      fields.set(name, person[name as keyof Person] ?? attribute(tag, "value"));
    }
    const [button = ""] = /<button\b[^>]*>/.exec(form) ?? [];
    if (attribute(button, "name")) fields.set(attribute(button, "name"), attribute(button, "value"));
    const action = new URL(attribute(form.split(">")[0] ?? "", "action"), page.url).href;
    return visit(action, { method: "POST", body: fields }, stop);
  }

  return {
    visit,
    /** Logs in from the broker's login URL on, and consents, until `stop` or a page without a form. */
    async logIn(url: string, person: Person, stop?: (url: string) => boolean): Promise<Page> {
      let page = await visit(url, {}, stop);
      for (let step = 0; step < 3 && page.text.includes("<form"); step++)
        page = await send(page, person, stop);
      return page;
    },
  };
}
