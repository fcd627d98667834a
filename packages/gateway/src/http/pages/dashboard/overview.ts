import { html } from "hono/html";
import type { DashboardPage } from "./frame.js";

/** What needs somebody now. */
export const overviewPage = (): DashboardPage => ({
  title: "Overview",
  section: "overview",
  body: html`<header class="head"><h1>Overview</h1></header>`,
});
