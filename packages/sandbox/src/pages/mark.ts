import { html } from "hono/html";
import type { SandboxBroker } from "../broker.js";
import type { Html } from "./layout.js";

/** A broker's mark, its letters on its colour; the sandbox's own without a broker. It says nothing that text doesn't. */
export const mark = (broker?: SandboxBroker, size: "big" | "small" = "small"): Html =>
  html`<svg class="mark ${size} of-${broker?.id ?? "sandbox"}" viewBox="0 0 40 40" aria-hidden="true"><rect width="40" height="40" rx="11"/><text x="20" y="27" text-anchor="middle">${broker?.monogram ?? "K"}</text></svg>`;
