import { html } from "hono/html";
import type { Problem } from "../../../domain/problem.js";
import type { DashboardPage } from "./frame.js";

/** What went wrong with a page or a form of the dashboard. */
export const refusedPage = (
  { code, message }: Pick<Problem, "code" | "message">,
  requestId: string,
): DashboardPage => ({
  title: "That did not work",
  section: null,
  body: html`<header class="head"><h1>${code === "not_found" ? "There is nothing here" : "That did not work"}</h1></header>
<section>
<p class="said bad" role="alert">${message}</p>
<p>Go back and try again, or go on to the <a href="/">overview</a>.</p>
<p class="soft">Error <code>${code}</code>, request <code>${requestId}</code></p>
</section>`,
});
