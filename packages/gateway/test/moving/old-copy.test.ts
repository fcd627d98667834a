import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backup } from "../../src/commands/backup.js";
import { lookAfterDue } from "../../src/flows/look-after.js";
import { verifyAudit } from "../../src/flows/verify-audit.js";
import {
  askLink,
  codeOf,
  confirm,
  connect,
  eventsOf,
  logIn,
  usernameOf,
} from "../invariants/support/journey.js";
import { openWhole, type WholeGateway } from "../invariants/support/whole-gateway.js";
import { gatewayAt } from "./support/gateway-at.js";
import { runCommand } from "./support/run-command.js";

const minute = 60_000;
const never = new AbortController().signal;

describe("a gateway on a copy that is older than what it did last", () => {
  let folder: string;
  let whole: WholeGateway;
  let restored: WholeGateway | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kunji-old-copy-"));
    whole = await openWhole();
    await whole.addApp("zebu");
  });
  afterEach(async () => {
    await restored?.close();
    restored = undefined;
    await whole.close();
    await rm(folder, { recursive: true, force: true });
  });

  const copy = () => runCommand(backup, { KUNJI_DATA: whole.data }, join(folder, "copy"));
  async function restore(): Promise<WholeGateway> {
    await whole.gateway.close();
    const data = join(folder, "restored");
    await mkdir(join(data, "gateway"), { recursive: true });
    await copyFile(join(folder, "copy"), join(data, "gateway", "gateway.sqlite"));
    for (const name of ["keys", "api-key"])
      await copyFile(join(whole.data, "gateway", name), join(data, "gateway", name));
    restored = await gatewayAt(whole, { KUNJI_DATA: data });
    return restored;
  }
  const shown = async (at: WholeGateway, id: string) => (await at.ask("GET", `/v1/connections/${id}`)).json;
  /** A read that the broker answers. */
  function read(at: WholeGateway, id: string) {
    const { method, path, body = "", account = "" } = at.gateway.ports.brokers.traits.zebu.firstCall;
    const own = (text: string) => (account ? text.replaceAll(account, usernameOf(at, "zebu")) : text);
    return at.ask(method, `/v1/connections/${id}/proxy${own(path)}`, { body: JSON.parse(own(body)) });
  }

  it.each([
    ["stays active where the broker renews it once more", false, "active", "refreshed"],
    ["needs a login, and says so, where the broker renews it no more", true, "login_needed", "login_needed"],
  ])("with a session that was renewed since %s", async (_, ended, status, event) => {
    const renewed = await connect(whole, "zebu");
    await copy();
    whole.moveClock(57 * minute);
    await lookAfterDue(whole.gateway.ports, never);
    expect(await shown(whole, renewed)).toMatchObject({ status: "active", generation: 2 });
    expect((await read(whole, renewed)).status).toBe(200);

    const there = await restore();
    expect(await shown(there, renewed)).toMatchObject({ status: "active", generation: 1 });
    if (ended) await whole.sandbox("POST", "/_sandbox/zebu/sessions/end", {});
    for (let round = 0; round < 5; round++) {
      await lookAfterDue(there.gateway.ports, never);
      whole.moveClock(minute);
    }
    expect(await shown(there, renewed)).toMatchObject({ status });
    const last = (await eventsOf(there, renewed)).at(-1);
    expect(last?.type).toBe(`connection.${event}`);
    expect("connect_url" in (last?.data ?? {})).toBe(ended);
    expect((await read(there, renewed)).status === 200).toBe(!ended);
  });

  it("has closed connections back, whose sessions the broker may have ended or not", async () => {
    const closed = await connect(whole, "zebu");
    await copy();
    expect((await whole.ask("DELETE", `/v1/connections/${closed}`)).status).toBe(204);
    const there = await restore();
    expect(await shown(there, closed)).toMatchObject({ status: "active" });
    await whole.sandbox("POST", "/_sandbox/zebu/sessions/end", {});
    await read(there, closed);
    expect((await shown(there, closed)).status).not.toBe("active");
    await there.ask("DELETE", `/v1/connections/${closed}`);
    expect(await shown(there, closed)).toMatchObject({ status: "closed" });
  }, 60_000);

  it("takes a one-time code once more that was used since, and none that is ten minutes old", async () => {
    const links = [await askLink(whole, "zebu"), await askLink(whole, "zebu")] as const;
    const codes = [
      codeOf(await logIn(whole, "zebu", links[0])),
      codeOf(await logIn(whole, "zebu", links[1])),
    ] as const;
    await copy();
    for (const i of [0, 1] as const)
      expect((await confirm(whole, links[i], codes[i])).json.status).toBe("active");
    expect((await confirm(whole, links[0], codes[0])).json.code).toBe("code_refused");
    const there = await restore();
    expect((await confirm(there, links[0], codes[0])).status).toBe(200);
    whole.moveClock(10 * minute);
    expect((await confirm(there, links[1], codes[1])).json.code).toBe("code_refused");
  }, 60_000);

  it("lacks the audit's end, which an anchor that was kept elsewhere finds", async () => {
    await copy();
    await connect(whole, "zebu");
    const { store } = whole.gateway.ports;
    const { head } = (await store.audit.chain("operator")) ?? {};
    const anchors = head ? [head] : [];
    expect(await verifyAudit(store, "operator", anchors)).toMatchObject({ intact: true });
    const there = await restore();
    const reader = there.gateway.ports.store;
    expect(await verifyAudit(reader, "operator", [])).toMatchObject({ intact: true });
    expect(await verifyAudit(reader, "operator", anchors)).toMatchObject({
      intact: false,
      faults: [{ sequence: head?.sequence, fault: "missing" }],
    });
  }, 60_000);
});
