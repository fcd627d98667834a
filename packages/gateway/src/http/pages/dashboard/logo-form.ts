import { html } from "hono/html";
import type { App } from "../../../ports/apps.js";
import type { Html } from "../layout.js";
import type { AppFormParts } from "./app-fields.js";
import { appPath } from "./apps.js";
import { formField } from "./form-field.js";

/** The name of the form's one field. */
export const logoField = "logo";

/** The form by which an app gets its logo. */
export const logoForm = ({ id, logoType }: Pick<App, "id" | "logoType">, { refused }: AppFormParts): Html =>
  html`<form class="filled" method="post" enctype="multipart/form-data" action="${appPath(id)}/logo">
${formField(
  {
    name: logoField,
    label: logoType ? "Another logo" : "Logo",
    kind: "file",
    hint: "A PNG, JPEG or WebP of at most 64 KiB, best a square.",
    required: true,
    more: html` accept="image/png,image/jpeg,image/webp"`,
  },
  refused,
)}
<p class="row"><button>Save the logo</button></p></form>`;
