import { html } from "hono/html";
import { stylePath } from "./style.js";

/** Markup in which every value has been escaped. */
export type Html = ReturnType<typeof html>;

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** For pages with tables. */
  readonly wide?: boolean;
}

/** A whole page. Nothing in it needs a script. */
export const layout = ({ title, body, wide }: Page): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${stylePath}">
</head>
<body>
<main${wide ? html` class="wide"` : ""}>
${body}
</main>
</body>
</html>
`;
