import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  askLink,
  begin,
  codeOf,
  comeBack,
  confirm,
  eventsOf,
  finish,
} from "../invariants/support/journey.js";
import type { WholeGateway } from "../invariants/support/whole-gateway.js";
import { allBrokers, redirectBrokers } from "../support/world.js";
import { type ManyGateways, openMany } from "./support/gateways.js";
import type { GatewayProcess } from "./support/process.js";

describe("four gateways behind which every request goes to the next one", () => {
  let many: ManyGateways;
  let gateways: GatewayProcess[];
  let whole: WholeGateway;
  /** The gateways that requests went to, in their order. */
  let went: string[] = [];
  beforeAll(async () => {
    many = await openMany();
    gateways = await many.start(4);
    whole = many.by(() => {
      const next = gateways[went.length % gateways.length] as GatewayProcess;
      went.push(next.name);
      return next;
    });
    for (const broker of allBrokers) await whole.addApp(broker);
  }, 60_000);
  afterAll(() => many.close());

  async function callThrough(broker: (typeof allBrokers)[number], id: string) {
    const { method, path, body } = whole.gateway.ports.brokers.traits[broker].firstCall;
    return whole.ask(method, `/v1/connections/${id}/proxy${path}`, { body });
  }

  it.each(redirectBrokers)("log a user in at %s, confirm, and call the broker", async (broker) => {
    went = [];
    const link = await askLink(whole, broker);
    const person = whole.person();
    const callback = await comeBack(whole, broker, await begin(person, link));
    const stranger = await whole.person().open(callback);
    expect([stranger.status, codeOf(stranger)]).toEqual([400, undefined]);
    const code = codeOf(await finish(person, callback));
    const confirmed = await confirm(whole, link, code);
    expect(confirmed.json).toMatchObject({ id: link.id, status: "active", generation: 1 });
    expect((await confirm(whole, link, code)).status).toBe(409);
    for (let i = 0; i < 4; i++) {
      const answer = await callThrough(broker, link.id);
      expect([answer.status, answer.headers]).toEqual([
        200,
        expect.stringContaining("kunji-answer-from: broker"),
      ]);
    }
    expect(new Set(went.slice(0, 4)).size).toBe(4);
    expect(new Set(went.slice(-4)).size).toBe(4);
    expect((await eventsOf(whole, link.id)).map(({ type }) => type)).toContain("connection.active");
  });

  it("log a user in by password, confirm, and call the broker (autoshares)", async () => {
    const link = await askLink(whole, "autoshares");
    const person = whole.person();
    const { action } = await person.open(link.connect_url);
    const { username, password } = whole.presets.autoshares.users[0];
    const code = codeOf(await person.send(action, { username, password }));
    expect((await confirm(whole, link, code)).json).toMatchObject({ status: "active" });
    for (let i = 0; i < 4; i++) expect((await callThrough("autoshares", link.id)).status).toBe(200);
  });
});
