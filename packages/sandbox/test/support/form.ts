/** The first form of a page as a browser would read it. */
export interface Form {
  readonly action: string;
  readonly fields: URLSearchParams;
  /** The names and values of its buttons. */
  readonly buttons: readonly (readonly [string, string])[];
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
const decode = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? "");

const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return found === undefined ? undefined : decode(found);
};

/** All forms of a page, in order. */
export function formsOf(page: string): Form[] {
  return [...page.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)].map(([text]) => {
    const fields = new URLSearchParams();
    for (const [input] of text.matchAll(/<input\b[^>]*>/g)) {
      const name = attribute(input, "name");
      if (name !== undefined) fields.append(name, attribute(input, "value") ?? "");
    }
    const buttons = [...text.matchAll(/<button\b[^>]*>/g)].flatMap(([button]) => {
      const name = attribute(button, "name");
      return name === undefined ? [] : [[name, attribute(button, "value") ?? ""] as const];
    });
    return { action: attribute(text.split(">")[0] ?? "", "action") ?? "", fields, buttons };
  });
}

export const firstForm = (page: string): Form => {
  const form = formsOf(page)[0];
  if (form === undefined) throw new Error("the page has no form");
  return form;
};
