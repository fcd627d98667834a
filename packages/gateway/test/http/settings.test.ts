import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { SettingError } from "../../src/setting-error.js";
import { readSettings, settingsHelp } from "../../src/settings.js";

const folder = mkdtempSync(join(tmpdir(), "kunji-settings-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

const marker = "marked-7Wq";
const listed = (origin: string, name = "white-label", broker = "zebu") =>
  JSON.stringify({ [broker]: { [name]: { api: origin, login: origin } } });
const elsewhere = { KUNJI_HOST: "0.0.0.0", KUNJI_PUBLIC_URL: "https://kunji.example" };
const demo = { KUNJI_DEMO: "on", KUNJI_SANDBOX_URL: "http://127.0.0.1:4701" };

type Env = Readonly<Record<string, string>>;

/** What is refused, beside the same settings with the one flaw removed, and the setting that the sentence names. */
const flaws: readonly (readonly [string, Env, Env, string])[] = [
  ["a port beyond all ports", { KUNJI_PORT: "65536" }, { KUNJI_PORT: "65535" }, "KUNJI_PORT"],
  ["a port in words", { KUNJI_PORT: marker }, { KUNJI_PORT: "0" }, "KUNJI_PORT"],
  ["a host with a path", { KUNJI_HOST: `h/${marker}` }, { KUNJI_HOST: "127.0.0.2" }, "KUNJI_HOST"],
  ["all addresses without a public URL", { KUNJI_HOST: "0.0.0.0" }, elsewhere, "KUNJI_PUBLIC_URL"],
  [
    "all IPv6 addresses without one",
    { KUNJI_HOST: "::" },
    { ...elsewhere, KUNJI_HOST: "::" },
    "KUNJI_PUBLIC_URL",
  ],
  [
    "all addresses and a loopback public URL",
    { KUNJI_HOST: "0.0.0.0", KUNJI_PUBLIC_URL: "http://127.0.0.1:4700" },
    elsewhere,
    "KUNJI_PUBLIC_URL",
  ],
  [
    "a public URL in the clear",
    { KUNJI_PUBLIC_URL: `http://${marker}.example` },
    { KUNJI_PUBLIC_URL: `https://${marker}.example` },
    "KUNJI_PUBLIC_URL",
  ],
  [
    "a public URL with a path",
    { KUNJI_PUBLIC_URL: `https://kunji.example/${marker}` },
    { KUNJI_PUBLIC_URL: "https://kunji.example/" },
    "KUNJI_PUBLIC_URL",
  ],
  [
    "a public URL with a user",
    { KUNJI_PUBLIC_URL: `https://${marker}@kunji.example` },
    { KUNJI_PUBLIC_URL: "https://kunji.example" },
    "KUNJI_PUBLIC_URL",
  ],
  [
    "a proxy that is no address",
    { KUNJI_TRUSTED_PROXIES: `10.0.0.0/8, ${marker}` },
    { KUNJI_TRUSTED_PROXIES: "10.0.0.0/8, fd00::/8, 192.0.2.1" },
    "KUNJI_TRUSTED_PROXIES",
  ],
  [
    "a sandbox that is no origin",
    { KUNJI_SANDBOX_URL: marker },
    { KUNJI_SANDBOX_URL: "http://localhost:4701" },
    "KUNJI_SANDBOX_URL",
  ],
  ["a short API key", { KUNJI_API_KEY: marker }, { KUNJI_API_KEY: marker.repeat(4) }, "KUNJI_API_KEY"],
  [
    "an API key with a space",
    { KUNJI_API_KEY: `${marker.repeat(4)} x` },
    { KUNJI_API_KEY: `${marker.repeat(4)}-x` },
    "KUNJI_API_KEY",
  ],
  ["a tenant of dots", { KUNJI_TENANT: ".." }, { KUNJI_TENANT: "..." }, "KUNJI_TENANT"],
  ["a tenant with a slash", { KUNJI_TENANT: `${marker}/x` }, { KUNJI_TENANT: marker }, "KUNJI_TENANT"],
  ["a demo without a sandbox", { KUNJI_DEMO: "on" }, demo, "KUNJI_DEMO"],
  ["a demo for everybody", { ...elsewhere, ...demo }, { ...elsewhere, KUNJI_DEMO: "off" }, "KUNJI_DEMO"],
  ["a demo in another word", { ...demo, KUNJI_DEMO: marker }, demo, "KUNJI_DEMO"],
  ["no time before an end", { KUNJI_ENDS_SOON: "0m" }, { KUNJI_ENDS_SOON: "90s" }, "KUNJI_ENDS_SOON"],
  [
    "more than a day before an end",
    { KUNJI_ENDS_SOON: "25h" },
    { KUNJI_ENDS_SOON: "24h" },
    "KUNJI_ENDS_SOON",
  ],
  ["an evening that is none", { KUNJI_EVENING: "24:00" }, { KUNJI_EVENING: "23:59" }, "KUNJI_EVENING"],
  ["no request for a key", { KUNJI_RATE_PER_KEY: "0" }, { KUNJI_RATE_PER_KEY: "off" }, "KUNJI_RATE_PER_KEY"],
  [
    "half a request",
    { KUNJI_RATE_PER_ADDRESS: "1.5" },
    { KUNJI_RATE_PER_ADDRESS: "1" },
    "KUNJI_RATE_PER_ADDRESS",
  ],
  [
    "webhooks to nowhere",
    { KUNJI_WEBHOOK_TARGETS: marker },
    { KUNJI_WEBHOOK_TARGETS: "any" },
    "KUNJI_WEBHOOK_TARGETS",
  ],
  [
    "proxies nowhere",
    { KUNJI_EGRESS_TARGETS: "none" },
    { KUNJI_EGRESS_TARGETS: "any" },
    "KUNJI_EGRESS_TARGETS",
  ],
  [
    "no order at all",
    { KUNJI_ORDERS_PER_SECOND: "0" },
    { KUNJI_ORDERS_PER_SECOND: "off" },
    "KUNJI_ORDERS_PER_SECOND",
  ],
  [
    "no renewal at all",
    { KUNJI_RENEWALS_PER_SECOND: "0" },
    { KUNJI_RENEWALS_PER_SECOND: "off" },
    "KUNJI_RENEWALS_PER_SECOND",
  ],
  ["events for no day", { KUNJI_EVENT_DAYS: "1" }, { KUNJI_EVENT_DAYS: "2" }, "KUNJI_EVENT_DAYS"],
  ["an audit in words", { KUNJI_AUDIT_DAYS: marker }, { KUNJI_AUDIT_DAYS: "3650" }, "KUNJI_AUDIT_DAYS"],
  ["a log of another level", { KUNJI_LOG_LEVEL: marker }, { KUNJI_LOG_LEVEL: "warn" }, "KUNJI_LOG_LEVEL"],
  ["a data folder with a zero in it", { KUNJI_DATA: `${marker}\0` }, { KUNJI_DATA: marker }, "KUNJI_DATA"],
  [
    "environments in no file",
    { KUNJI_ENVIRONMENTS: marker },
    { KUNJI_ENVIRONMENTS: file("whole", listed("https://api.example")) },
    "KUNJI_ENVIRONMENTS",
  ],
  [
    "environments that are no JSON",
    { KUNJI_ENVIRONMENTS: file("text", marker) },
    { KUNJI_ENVIRONMENTS: file("none", "{}") },
    "KUNJI_ENVIRONMENTS",
  ],
  [
    "an environment in the clear",
    { KUNJI_ENVIRONMENTS: file("clear", listed(`http://${marker}.example`)) },
    { KUNJI_ENVIRONMENTS: file("loopback", listed("http://127.0.0.1:1")) },
    "zebu.white-label.api",
  ],
  [
    "an environment at an unknown broker",
    { KUNJI_ENVIRONMENTS: file("broker", listed("https://api.example", "x", "other")) },
    { KUNJI_ENVIRONMENTS: file("known", listed("https://api.example", "x", "rmoney")) },
    "KUNJI_ENVIRONMENTS",
  ],
  [
    "an environment that there is already",
    { KUNJI_ENVIRONMENTS: file("twice", listed("https://api.example", "live")) },
    { KUNJI_ENVIRONMENTS: file("once", listed("https://api.example", "live-2")) },
    "zebu.live",
  ],
  [
    "market days that are none",
    { KUNJI_MARKET_DAYS: file("days", `{"${marker}": 1}`) },
    {},
    "KUNJI_MARKET_DAYS",
  ],
];

describe("settings", () => {
  it.each(flaws)(
    "refuse %s, name it and repeat nothing; without the flaw they are taken",
    (_, bad, good, named) => {
      const read = (env: Env) => readSettings(env, folder);
      let refusal: unknown;
      try {
        read(bad);
      } catch (error) {
        refusal = error;
      }
      expect(refusal).toBeInstanceOf(SettingError);
      const { message } = refusal as SettingError;
      expect(message).toContain(named);
      expect(message).not.toContain(marker);
      expect(message).toMatch(/^[^\n]*\.$/);
      read(good);
    },
  );

  it("have defaults for a gateway that nobody has configured", () => {
    expect(readSettings({}, folder)).toMatchObject({
      host: "127.0.0.1",
      port: 4700,
      data: join(folder, ".kunji"),
      publicUrl: undefined,
      databaseUrl: undefined,
      sandboxUrl: undefined,
      demo: false,
      tenant: "operator",
      endsSoonMs: 1_800_000,
      evening: "18:00",
      perKey: 60_000,
      perAddress: 600,
      webhookTargets: "public",
      historyLife: { eventsMs: 90 * 86_400_000, auditMs: 1_827 * 86_400_000 },
      logLevel: "info",
    });
  });

  it("are read as they are meant", () => {
    const given = readSettings(
      {
        ...elsewhere,
        KUNJI_ENDS_SOON: "90",
        KUNJI_EVENT_DAYS: "7",
        KUNJI_RATE_PER_KEY: "off",
        KUNJI_TRUSTED_PROXIES: "10.0.0.0/8,::1",
        KUNJI_ENVIRONMENTS: file("read", listed("https://api.example")),
        KUNJI_API_KEY: marker.repeat(4),
      },
      folder,
    );
    expect(given).toMatchObject({
      host: "0.0.0.0",
      publicUrl: "https://kunji.example",
      endsSoonMs: 5_400_000,
      historyLife: { eventsMs: 7 * 86_400_000, auditMs: 1_827 * 86_400_000 },
      perKey: null,
      trustedProxies: ["10.0.0.0/8", "::1"],
      environments: { zebu: { "white-label": { api: "https://api.example" } } },
    });
    expect(JSON.stringify(given)).not.toContain(marker);
    expect(readSettings(demo, folder)).toMatchObject({ demo: true, tenant: "demo", webhookTargets: "any" });
  });

  it("are all told by --help", () => {
    for (const [, bad, good] of flaws)
      for (const name of Object.keys({ ...bad, ...good })) expect(settingsHelp).toContain(`  ${name} `);
  });
});
