import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLog } from "../../src/adapters/signals/pino-log.js";
import { createWebhookSender } from "../../src/adapters/webhooks/webhook-sender.js";
import { type Gateway, openGateway } from "../../src/gateway.js";
import { jobsOf } from "../../src/jobs.js";
import { readSettings } from "../../src/settings.js";
import { beginLogin, connectAccount, logInAccount } from "../invariants/support/connect-account.js";
import { openReceiver } from "../invariants/support/webhook-receiver.js";
import { openWhole, type WholeGateway } from "../invariants/support/whole-gateway.js";
import { vendorPath } from "../support/vendor-world.js";
import { publicUrl } from "../support/world.js";
import { hour, minute } from "./support/lifetime-world.js";

describe("a gateway that does its work by itself", () => {
  let whole: WholeGateway;
  let receiver: Awaited<ReturnType<typeof openReceiver>>;
  let over: string;
  let unconfirmed: string;
  let gateway: Gateway | undefined;

  const ports = () => (gateway as Gateway).ports;
  const rowOf = (id: string) => ports().store.connections.get("operator", id);
  const soon = <T>(look: () => T) => expect.poll(look, { timeout: 10_000 });
  const vendorLogins = async (): Promise<number> => {
    const ledger = (await whole.sandbox("GET", "/_sandbox/ledger?broker=nuvama")) as { path: string }[];
    return ledger.filter(({ path }) => path === vendorPath("loginvendor")).length;
  };

  beforeAll(async () => {
    receiver = await openReceiver();
    whole = await openWhole();
    for (const broker of ["rmoney", "zebu", "nuvama"] as const) await whole.addApp(broker);
    over = (await connectAccount(whole, "rmoney")).id;
    // It makes the vendor session, which ends within 24 hours; the user's own comes later, and outlives it.
    await beginLogin(whole, "nuvama");
    whole.moveClock(20 * hour);
    await connectAccount(whole, "nuvama");
    unconfirmed = (await logInAccount(whole, "zebu")).id;
    await whole.ask("POST", "/v1/webhooks", { body: { url: receiver.url } });
    await whole.gateway.close();
    whole.moveClock(3 * hour + minute);
    expect(await vendorLogins()).toBe(1);
    expect(receiver.received).toEqual([]);
    // Each job is done at once at the start: nothing here waits for one to come round again.
    gateway = await openGateway({
      settings: readSettings({
        KUNJI_PORT: "0",
        KUNJI_PUBLIC_URL: publicUrl,
        KUNJI_DATA: whole.data,
        KUNJI_SANDBOX_URL: whole.sandboxUrl,
        KUNJI_WEBHOOK_TARGETS: "any",
      }),
      version: "0.0.0",
      now: whole.gateway.ports.now,
      log: createLog({ level: "silent" }),
      background: true,
    });
  }, 60_000);
  afterAll(async () => {
    await gateway?.close();
    await whole.close();
    await new Promise((done) => receiver.server.close(done));
  });

  it("has a job for each kind of work, and none runs without a pause", async () => {
    const sender = createWebhookSender({ targets: "any", now: Date.now });
    const jobs = jobsOf(ports(), sender, { eventsMs: 1, auditMs: 1 });
    expect(jobs.map(({ name }) => name).sort()).toEqual([
      "anchor_audits",
      "deliver",
      "ended_tenants",
      "erase_history",
      "expire_logins",
      "keys",
      "look_after",
      "rotation",
      "vendor_sessions",
    ]);
    for (const { everyMs } of jobs) expect(everyMs).toBeGreaterThanOrEqual(1_000);
    await sender.close();
  });

  it("ends a session that is over", async () => {
    await soon(() => rowOf(over)).toMatchObject({ status: "login_needed", reason: "session_over" });
    expect(await rowOf(over)).toMatchObject({ sealedSession: null });
  });

  it("gives up a login that nobody has confirmed", async () => {
    const given = { status: "new", reason: "confirmation_expired" };
    await soon(() => rowOf(unconfirmed)).toMatchObject(given);
  });

  it("renews a vendor session that is due", async () => {
    await soon(vendorLogins).toBe(2);
    await soon(async () => (await ports().store.vendorSessions.get("operator", "nuvama"))?.generation).toBe(
      2,
    );
  });

  it("delivers webhooks", async () => {
    await soon(() => receiver.received.join()).toContain('"connection.login_needed"');
  });
});
