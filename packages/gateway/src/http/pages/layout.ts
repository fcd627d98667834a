import { html } from "hono/html";
import { type AppLook, accentPath } from "./app-look.js";
import { stylePath } from "./style.js";

/** Markup in which every value has been escaped. */
export type Html = ReturnType<typeof html>;

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** For pages with tables. */
  readonly wide?: boolean;
  /** Whose page it is: its name, logo and accent. */
  readonly look?: AppLook | undefined;
}

const appHeader = ({ name, logo }: AppLook): Html =>
  html`<header class="whose">${logo ? html`<img src="${logo}" alt="" width="32" height="32">` : ""}<span>${name}</span></header>`;

/** All that comes before a page's body. */
export const pageTop = ({ title, wide, look }: Omit<Page, "body">): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${stylePath}">${
  look?.accent
    ? html`
<link rel="stylesheet" href="${accentPath(look.accent)}">`
    : ""
}
</head>
<body>
${look ? appHeader(look) : ""}
<main${wide ? html` class="wide"` : ""}>
`;

/** All that comes after it. */
export const pageEnd: Html = html`
</main>
</body>
</html>
`;

/** A whole page. Nothing in it needs a script. */
export const layout = (page: Page): Html => html`${pageTop(page)}${page.body}${pageEnd}`;
