import { existsSync, readFileSync } from "node:fs";
import { type BrokerId, brokers } from "kunji";
import { describe, expect, it } from "vitest";
import { brokers as servers } from "../../sandbox/src/brokers/index.js";
import { createSandbox, faults } from "../../sandbox/src/index.js";
import { settingsHelp } from "../../sandbox/src/settings.js";

const root = new URL("../../../", import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), "utf8");
const ids = Object.keys(brokers) as BrokerId[];

const headings = [
  "The login",
  "What ends a session",
  "Settings",
  "Register an app",
  "What the page says, and what we took",
  "SDK",
  "In the sandbox",
  "Try it now",
];

/** The settings that are no keys of the app. */
const more: Readonly<Record<BrokerId, readonly string[]>> = {
  ventura: ["redirectUri", "dailyLogout"],
  autoshares: ["lifetimeMs"],
  nuvama: ["redirectUri", "iv", "vendorStore"],
  zebu: ["redirectUri", "dailyLogout"],
  rmoney: ["redirectUri", "dailyLogout"],
};

describe.each(ids)("docs/brokers/%s.md", (id) => {
  const page = text(`docs/brokers/${id}.md`);
  const { traits } = brokers[id];

  it("has every section, in order, and a sequence diagram", () => {
    expect([...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual(headings);
    expect(page.match(/^```mermaid\nsequenceDiagram\n/gm)).toHaveLength(1);
  });

  it("names every setting", () => {
    const settings = page.split("## Settings")[1]?.split("\n## ")[0];
    for (const name of [...Object.keys(traits.keys), ...more[id]]) expect(settings).toContain(`\`${name}\``);
    for (const option of ["fetch", "now", "randomBytes", "timeoutMs"])
      expect(settings).toContain(`\`${option}\``);
  });

  it("shows a call of this broker's first call, and no verb that it lacks", () => {
    const tries = page.split("## Try it now")[1] ?? "";
    expect(tries).toContain(`kunji call ${id} ${traits.firstCall.method} ${traits.firstCall.path}`);
    expect(tries.includes(`kunji refresh ${id}`)).toBe(traits.refresh);
    if (!traits.logout) expect(tries).not.toContain("logout");
    expect(page.includes("loginWithTotp")).toBe(traits.totpLogin);
  });

  it("names every user of the sandbox", () => {
    const users = servers.find((server) => server.id === id)?.presets.users ?? [];
    const table = page.split("## In the sandbox")[1]?.split("\n## ")[0] ?? "";
    const named = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    expect(named).toEqual(users.map(({ username }) => username));
  });

  it("links to what is there", () => {
    for (const [, link = ""] of page.matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      expect(existsSync(new URL(link, new URL(`docs/brokers/${id}.md`, root))), link).toBe(true);
  });
});

describe("docs/sandbox.md", () => {
  const page = text("docs/sandbox.md");

  it("lists the faults of the catalogue, in its order and words", () => {
    const rows = [...page.matchAll(/^\| (\w+) \| `([\w-]+)` \| (.+) \|$/gm)].map(([, ...row]) => row);
    expect(rows).toEqual(faults.map(({ kind, name, says }) => [kind, name, says]));
  });

  it("lists the settings", () => {
    const named = [...page.matchAll(/^\| `(KUNJI_\w+)` \|/gm)].map(([, name]) => name);
    const all = [...settingsHelp.matchAll(/^ +(KUNJI_\w+)/gm)].map(([, name]) => name);
    expect(named.toSorted()).toEqual(all.toSorted());
  });

  it("its curl lines do what it says", async () => {
    const sandbox = createSandbox();
    const lines = page.replace(/\\\n\s*/g, "").match(/^curl .+$/gm) ?? [];
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) {
      const [, url = ""] = /'?(http:[^\s']+)/.exec(line) ?? [];
      const [, method = "GET"] = /-X (\w+)/.exec(line) ?? [];
      const [, body] = /-d '([^']+)'/.exec(line) ?? [];
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const answer = await sandbox.fetch(url, { method, headers, ...(body && { body }) });
      expect([answer.status, line]).toEqual([answer.status === 201 ? 201 : 200, line]);
    }
    await sandbox.close();
  });
});

describe("docs/decisions", () => {
  const records = [
    "0001-shapes-shared-computation-never",
    "0002-fetch-throws-login-needed",
    "0003-a-moved-clock-ticks-on",
    "0004-no-install-scripts",
  ];

  it.each(records)("%s is short and says question, decision, reason and cost", (name) => {
    const record = text(`docs/decisions/${name}.md`);
    expect(record).toMatch(new RegExp(`^# ${Number(name.slice(0, 4))}\\. `));
    expect(record.split("\n").length).toBeLessThanOrEqual(41);
    for (const part of ["Question", "Decision", "Why", "What it costs"])
      expect(record).toContain(`**${part}.** `);
  });
});
