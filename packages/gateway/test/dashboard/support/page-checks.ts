import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page, Request } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds wrong on the page, in words. */
export async function wrongOn(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as {
    violations: Violation[];
  };
  return found.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`)
        .join("\n")}`,
  );
}

/** What a page loads and complains of, from its own document on. */
export interface Watched {
  /** Requests of the document that stands there, itself the first; not the stream of changes, which has no end. */
  loaded(): readonly Request[];
  /** Errors of the console and of scripts since the watch began, but for a status that a page was answered with. */
  readonly complaints: readonly string[];
}

export function watch(page: Page): Watched {
  let requests: Request[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) requests = [];
    if (request.resourceType() !== "eventsource") requests.push(request);
  });
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on("console", (line) => {
    const ofStatus = /the server responded with a status of 4\d\d/.test(line.text());
    if (line.type() === "error" && !ofStatus) complaints.push(`${page.url()}: ${line.text()}`);
  });
  return { loaded: () => requests, complaints };
}

/** How many bytes a document and all it has loaded are: on the way, heads included, and unpacked. */
export async function weightOf(
  requests: readonly Request[],
): Promise<{ readonly transferred: number; readonly decoded: number }> {
  let [transferred, decoded] = [0, 0];
  for (const request of requests) {
    const response = await request.response();
    if (!response) continue;
    const { responseBodySize, responseHeadersSize } = await request.sizes();
    transferred += responseBodySize + responseHeadersSize;
    decoded += (await response.body().catch(() => Buffer.alloc(0))).length;
  }
  return { transferred, decoded };
}

/** Marks what a keyboard must come to, and answers it in words: all that can be used and is seen. */
const markControls = (): string[] => {
  const wanted = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const seen = new Set<string>();
  const controls = [...document.querySelectorAll<HTMLInputElement>(wanted)].filter((node) => {
    if (node.tabIndex < 0 || node.matches(":disabled") || node.type === "hidden") return false;
    if (!node.checkVisibility({ visibilityProperty: true })) return false;
    // The tabulator comes to a group of radio buttons, and arrows go on from there.
    if (node.type !== "radio") return true;
    const group = `${node.form?.id} ${node.name}`;
    if (seen.has(group)) return false;
    seen.add(group);
    return true;
  });
  return controls.map((node, i) => {
    const name = `${i} ${node.tagName} ${(node.textContent || node.name).trim().slice(0, 40)}`;
    const same = node.type === "radio" ? document.getElementsByName(node.name) : [node];
    for (const each of same) (each as HTMLElement).dataset.reached = name;
    return name;
  });
};

/** Notes what gets the focus, by its mark, and whether a person sees that it has it. */
const noteFocus = (): void => {
  const noted: Record<string, boolean> = {};
  Object.assign(window, { noted });
  document.addEventListener("focusin", ({ target }) => {
    const node = target as HTMLElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(node);
    const name = node.dataset.reached;
    if (name) noted[name] = outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1;
  });
  (document.activeElement as HTMLElement | null)?.blur();
};

/** What the tabulator does not come to on the page, and what does not show that it has the focus. */
export async function unreachable(page: Page): Promise<string[]> {
  const controls = await page.evaluate(markControls);
  await page.evaluate(noteFocus);
  let noted: Record<string, boolean> = {};
  // Parts that scroll, and the fields of a moment, take the tabulator too.
  for (let rounds = 0; rounds < 4 && Object.keys(noted).length < controls.length; rounds++) {
    const missing = controls.length - Object.keys(noted).length;
    for (let i = 0; i <= missing; i++) await page.keyboard.press("Tab");
    noted = await page.evaluate(() => (window as unknown as { noted: Record<string, boolean> }).noted);
  }
  return controls.flatMap((name) => {
    if (noted[name] === undefined) return [`${name} is not reached`];
    return noted[name] ? [] : [`${name} does not show its focus`];
  });
}

/** What a person can press on the page, in words; what only a script could do is no part of it. */
export const pressable = (page: Page): Promise<string[]> =>
  page
    .locator("main :is(button:not([data-copy]), a[href], summary):not(.told *):visible")
    .evaluateAll((nodes) => nodes.map((node) => (node.textContent ?? "").trim().replace(/\s+/g, " ")));
