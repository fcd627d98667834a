import { html } from "hono/html";
import { encode } from "uqr";
import type { Html } from "../layout.js";

/** A text as a QR code, black on white in dark mode too, since some cameras read nothing else. */
export function qrCode(text: string, described: string): Html {
  const { data, size } = encode(text, { border: 3 });
  const path = data
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join("");
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" width="220" height="220" role="img" aria-label="${described}" shape-rendering="crispEdges"><rect class="qr-light" width="${size}" height="${size}"/><path class="qr-dark" d="${path}"/></svg>`;
}
