import type { Hono } from "hono";
import { compress } from "hono/compress";
import type { Core } from "../core.js";
import type { Env } from "../http/env.js";
import { stylePath } from "../http/prefix.js";
import { baseStyle } from "./style/base.js";
import { formStyle } from "./style/forms.js";
import { panelStyle } from "./style/panel.js";

const channel = (hex: string): number => {
  const part = Number.parseInt(hex, 16) / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};

/** Black or white, whichever stands out more on the colour (WCAG's relative luminance). */
export function inkOn(colour: string): string {
  const [, r = "0", g = "0", b = "0"] = /^#(..)(..)(..)$/.exec(colour) ?? [];
  const luminance = 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? "#ffffff" : "#111111";
}

/** The one style sheet, with each broker's colour under a class of its name. */
export function styleSheet(app: Hono<Env>, core: Core): void {
  const colours = core.brokers.map(
    ({ id, colour }) => `.of-${id} { --brand: ${colour}; --on-brand: ${inkOn(colour)}; }`,
  );
  const sheet = [baseStyle, formStyle, panelStyle, ...colours].join("\n");
  app.get(stylePath, compress(), (c) =>
    c.body(sheet, 200, { "content-type": "text/css; charset=utf-8", "cache-control": "no-cache" }),
  );
}
