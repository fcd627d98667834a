import { describe, expect, it } from "vitest";
import { Secret, type VendorSession, type VendorStore } from "../../src/index.js";
import { brokerRig, failure } from "../broker-rig.js";

const limits = "/edelmw-eq/eq/limits/rmssublimits/80126245/";

describe("a store that renews Nuvama's vendor session for many processes", () => {
  const n = brokerRig("nuvama");
  const vendorLogins = async () => (await n.received()).filter(({ path }) => path.includes("loginvendor"));
  const vendorName = () => n.open().then((client) => client.loginVendor({ fresh: true }));

  /** A store whose other processes make the vendor session; it notes what the client asks of it. */
  function renewing(kept?: VendorSession) {
    const asked: (string | undefined)[] = [];
    const saved: VendorSession[] = [];
    let loads = 0;
    const state = { kept, onLoad: (_loads: number): void => undefined };
    const store: VendorStore = {
      async load() {
        state.onLoad(++loads);
        return state.kept;
      },
      async save(session) {
        saved.push(session);
        state.kept = session;
      },
      async renew(unusable) {
        asked.push(unusable?.reveal());
        state.kept = await vendorName();
        return state.kept;
      },
    };
    return { store, asked, saved, state };
  }

  it("makes the first one: the client sends no vendor login and saves nothing", async () => {
    const { store, asked, saved, state } = renewing();
    const client = await n.open({}, { vendorStore: store });
    const { url } = await client.begin();
    expect(new URL(url).searchParams.get("ordsrctkn")).toBe(state.kept?.token.reveal());
    await client.begin();
    expect(asked).toEqual([undefined]);
    expect(saved).toEqual([]);
    expect(await vendorLogins()).toHaveLength(1);
    await (await n.open()).begin();
    expect(await vendorLogins()).toHaveLength(2);
  });

  it("is told which one the broker refused, and a read is sent again with the one it made", async () => {
    const { store, asked, state } = renewing();
    const client = await n.open({}, { vendorStore: store });
    const session = await n.login(client);
    const refused = state.kept?.token.reveal();
    await n.steer("nuvama/sessions/end", { vendor: true });
    expect((await client.fetch(session, limits)).status).toBe(200);
    expect(asked).toEqual([undefined, refused]);
    expect(await vendorLogins()).toHaveLength(2);
  });

  it("is asked once by many who ask at the same moment", async () => {
    const { store, asked } = renewing();
    const client = await n.open({}, { vendorStore: store });
    await Promise.all(Array.from({ length: 25 }, () => client.begin()));
    expect(asked).toEqual([undefined]);
  });

  it("keeps a deliberate logout, which a login alone may undo", async () => {
    const { store, asked, saved } = renewing();
    const client = await n.open({}, { vendorStore: store });
    const session = await n.login(client);
    await client.logoutVendor();
    expect(saved).toMatchObject([{ loggedOut: true }]);
    expect(await failure(client.fetch(session, limits))).toMatchObject({
      code: "login_needed",
      field: "vendor",
    });
    expect(asked).toHaveLength(1);
    await client.begin();
    expect(asked).toEqual([undefined, saved[0]?.token.reveal()]);
  });

  it("is not asked by a call that a logout elsewhere has overtaken", async () => {
    const { store, asked, state } = renewing();
    const client = await n.open({}, { vendorStore: store });
    const session = await n.login(client);
    const gone: VendorSession = { token: new Secret("gone"), endsAt: 0, loggedOut: true };
    const alive = state.kept;
    const reads: number[] = [];
    state.onLoad = (loads) => {
      reads.push(loads);
      state.kept = gone;
    };
    expect(await failure(client.callHeaders(session))).toMatchObject({
      code: "login_needed",
      field: "vendor",
    });
    expect(reads).toHaveLength(1);
    expect(asked).toHaveLength(1);
    state.onLoad = () => undefined;
    state.kept = alive;
    expect(Object.keys(await client.callHeaders(session))).toHaveLength(4);
  });

  it("tells what goes wrong as it is", async () => {
    const { store } = renewing();
    const away = () => Promise.reject(new Error("The database is away."));
    const client = await n.open({}, { vendorStore: { ...store, renew: away } });
    await expect(client.begin()).rejects.toThrow("The database is away.");
    await (await n.open({}, { vendorStore: store })).begin();
  });
});
