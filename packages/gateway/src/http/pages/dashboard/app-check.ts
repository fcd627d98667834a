import { html } from "hono/html";
import type { Traits } from "kunji";
import { type Finding, type Verdict, verdicts } from "../../../flows/app-findings.js";
import type { Html } from "../layout.js";
import { sayFinding } from "./app-words.js";

/** Each verdict in a word, with a shape of its own, which the stylesheet draws as it does for connections. */
const shown: Readonly<Record<Verdict, readonly [word: string, looks: string]>> = {
  ok: ["OK", "good"],
  wrong: ["Wrong", "bad is-login_needed"],
  unknown: ["Unknown", "is-new"],
};

function badge(verdict: Verdict): Html {
  const [word, looks] = shown[verdict];
  return html`<span class="status ${looks}">${word}</span>`;
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
