// A person's browser over HTTP, as little of one as a login needs: cookies, forms, and redirects that are followed by hand.

const entities = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
const decoded = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name]);
const attribute = (tag, name) => decoded(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? "");

/** The first form of a page's main part: where it goes, its hidden fields, and whether it asks for a password. */
export function formOf({ text }) {
  const [form = ""] = /<form\b[\s\S]*?<\/form>/.exec(text.slice(Math.max(0, text.indexOf("<main")))) ?? [];
  const hidden = form.match(/<input[^>]*type="hidden"[^>]*>/g) ?? [];
  return {
    action: attribute(form.split(">")[0], "action"),
    fields: Object.fromEntries(hidden.map((tag) => [attribute(tag, "name"), attribute(tag, "value")])),
    asksPassword: /<input[^>]*type="password"/.test(form),
  };
}

/** A browser without cookies yet, at one origin: addresses may be whole, or paths there. */
export function newBrowser({ call }, origin) {
  const jar = new Map();

  async function go(method, address, fields) {
    const url = new URL(address, origin);
    if (url.origin !== origin) throw new Error(`The browser was sent away, to ${url.origin}.`);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await call(method, url.href, {
      headers: {
        accept: "text/html,application/xhtml+xml",
        ...(cookie && { cookie }),
        ...(fields && {
          "content-type": "application/x-www-form-urlencoded",
          "sec-fetch-site": "same-origin",
        }),
      },
      body: fields && new URLSearchParams(fields).toString(),
    });
    for (const line of [answer.headers["set-cookie"] ?? []].flat()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (/; ?(?:max-age=0|expires=Thu, 01 Jan 1970)/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    // What takes long is answered with a page that leads on by itself.
    const [, onward] = /<meta http-equiv="refresh" content="0;url=([^"]+)">/.exec(answer.text) ?? [];
    return { ...answer, to: answer.headers.location ?? (onward && decoded(onward)) };
  }

  return { open: (address) => go("GET", address), submit: (address, fields) => go("POST", address, fields) };
}
