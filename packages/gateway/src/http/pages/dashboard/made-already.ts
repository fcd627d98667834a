import { html } from "hono/html";
import type { DashboardPage } from "./frame.js";

/** What a form that was sent twice has made. */
interface Made {
  readonly section: DashboardPage["section"];
  /** Such as `webhook`. */
  readonly what: string;
  /** What was shown once when it was made. */
  readonly shown: string;
  /** Where it is found, and what that is called. */
  readonly path: string;
  readonly link: string;
}

/** The answer to a form that was sent before: it makes one thing, however often it is sent. */
export const madeAlreadyPage = ({ section, what, shown, path, link }: Made): DashboardPage => ({
  title: "Made already",
  section,
  body: html`<header class="head"><h1>Made already</h1></header>
<section>
<p class="said" role="status">This form was sent before, and the ${what} was made then: nothing was made now.</p>
<p>The ${shown} was shown once, when it was made. If nobody kept it, end that ${what} and make another.</p>
<p><a class="button" href="${path}">${link}</a></p>
</section>`,
});
