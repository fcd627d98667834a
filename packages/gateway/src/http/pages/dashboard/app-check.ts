import { html } from "hono/html";
import type { Traits } from "kunji";
import { type Finding, type Verdict, verdicts } from "../../../flows/app-findings.js";
import type { Html } from "../layout.js";
import { sayFinding } from "./app-words.js";

/** Each verdict in a word, and its shape: nobody has to tell colours apart. */
const shown: Readonly<Record<Verdict, readonly [word: string, tone: string, shape: Html]>> = {
  ok: [
    "OK",
    "good",
    html`<circle cx="6" cy="6" r="6"/><path class="cut" d="M3.300 6.200l1.900 1.900 3.500-3.900"/>`,
  ],
  wrong: ["Wrong", "bad", html`<path d="M6 .5l6 11H0z"/><path class="cut" d="M6 4.500v3.200M6 9.400v.2"/>`],
  unknown: [
    "Unknown",
    "",
    html`<circle class="line" cx="6" cy="6" r="5"/><path class="line" d="M4.500 4.700a1.500 1.500 0 1 1 1.500 1.700v.5M6 8.900v.1"/>`,
  ],
};

function badge(verdict: Verdict): Html {
  const [word, tone, shape] = shown[verdict];
  return html`<span class="status ${tone}"><svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">${shape}</svg>${word}</span>`;
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** All of it in one sentence. */
function summary(findings: readonly Finding[]): Html {
  const of = (verdict: Verdict) => findings.filter(({ code }) => verdicts[code] === verdict).length;
  const [wrong, unknown] = [of("wrong"), of("unknown")];
  if (wrong > 0)
    return html`<p class="said bad" role="alert">${counted(wrong, "thing is", "things are")} wrong. Mend what stands first, then check again.</p>`;
  const rest = unknown === 0 ? "" : ` ${counted(unknown, "thing", "things")} can’t be seen from here.`;
  return html`<p class="said good" role="status">Nothing is wrong.${rest}</p>`;
}

/** What a check has found, each thing with what to do about it. */
export const checkResults = (findings: readonly Finding[], broker: Traits): Html => html`${summary(findings)}
<ul class="findings">${findings.map((finding) => {
  const { what, says, next } = sayFinding(finding, broker);
  return html`<li>${badge(verdicts[finding.code])}<div><strong>${what}</strong><p>${says}${next ? html` ${next}` : ""}</p></div></li>`;
})}</ul>`;
