import { describe, expect, it } from "vitest";
import { type BrokerId, brokers, type Session } from "../src/index.js";
import { altered, watched } from "./altered-answers.js";
import { brokerRig, type Fetch, failure } from "./broker-rig.js";

type Redirecting = Exclude<BrokerId, "autoshares">;
const redirecting: readonly Redirecting[] = ["ventura", "nuvama", "zebu", "rmoney"];
/** The parameters of each broker's callback that the client reads. */
const parameters: Readonly<Record<Redirecting, readonly string[]>> = {
  ventura: ["request_token", "state"],
  nuvama: ["login_success", "userid", "state", "encrTkn"],
  zebu: ["code"],
  rmoney: ["authCode", "userId"],
};
const exchangePaths = ["/authorization/token", "/GenAcsTok", "/getUserDetails"];

function changed(callback: string, change: (query: URLSearchParams) => void): string {
  const url = new URL(callback);
  change(url.searchParams);
  return url.href;
}

describe("what Zebu and RMoney leave to the client", () => {
  it.each(redirecting)("X-01 %s' traits say whether it passes a state on", async (id) => {
    expect(brokers[id].traits.echoesState).toBe(id === "ventura" || id === "nuvama");
  });

  describe.each(["zebu", "rmoney"] as const)("at %s", (id) => {
    const b = brokerRig(id);
    const exchange = id === "zebu" ? "/NorenWClientAPI/GenAcsTok" : "/open-api/od/v1/vendor/getUserDetails";

    it("X-01 the login URL carries no state and the callback has none", async () => {
      const client = await b.open();
      const { url, attempt } = await client.begin({ state: "of-the-caller" });
      expect(url).not.toContain("of-the-caller");
      const callback = await b.back(url);
      expect(new URL(callback).searchParams.has("state")).toBe(false);
      expect((await client.complete(attempt as never, callback)).broker).toBe(id);
    });

    it.each([200, 400, 401, 403, 422])("X-04 stat Ok with status %i is a success", async (status) => {
      const client = await b.open({}, { fetch: altered(b.fetch, exchange, (fields) => fields, status) });
      expect((await b.login(client as never)).account).toBe(b.users()[0]?.username);
    });

    it.each([200, 201, 400, 403])("X-04 stat Not_ok with status %i is a refusal", async (status) => {
      const refuse = () => ({ stat: id === "zebu" ? "Not_Ok" : "Not_ok", emsg: "No" });
      const client = await b.open({}, { fetch: altered(b.fetch, exchange, refuse, status) });
      expect(await failure(b.login(client as never))).toMatchObject({ code: "exchange_refused", status });
    });
  });

  describe("Zebu's refresh", () => {
    const z = brokerRig("zebu");
    it.each([200, 400, 401])("X-04 is judged by its body with status %i too", async (status) => {
      const session = await z.login(await z.open());
      const path = "/NorenWClientAPI/RefreshToken";
      const honest = await z.open({}, { fetch: altered(z.fetch, path, (fields) => fields, status) });
      expect((await honest.refresh(session)).account).toBe("ZP0001");
      const refuse = () => ({ stat: "Not_Ok", emsg: "Invalid refresh token" });
      const refusing = await z.open({}, { fetch: altered(z.fetch, path, refuse, status) });
      expect((await failure(refusing.refresh(session))).code).toBe("refresh_refused");
    });
  });
});

describe.each(redirecting)("a callback of %s", (id) => {
  const b = brokerRig(id);
  const exchanged = async () =>
    (await b.received()).filter(({ path }) => exchangePaths.some((end) => path.endsWith(end)));
  const begun = async () => {
    const client = await b.open();
    const { url, attempt } = await client.begin();
    const complete = (callback: string): Promise<Session> => client.complete(attempt as never, callback);
    return { client, url, callback: await b.back(url), complete };
  };

  if (brokers[id].traits.echoesState)
    it("X-02 with a state that does not match, is missing or of another login is not exchanged", async () => {
      const { callback, complete } = await begun();
      const other = await begun();
      const theirs = new URL(other.callback).searchParams.get("state") ?? "";
      for (const flawed of [
        changed(callback, (query) => query.set("state", `${query.get("state")}x`)),
        changed(callback, (query) => query.set("state", theirs)),
        changed(callback, (query) => query.delete("state")),
      ])
        expect(await failure(complete(flawed))).toMatchObject({ code: "state_mismatch", fate: "not_sent" });
      expect(await exchanged()).toEqual([]);
      expect((await complete(callback)).broker).toBe(id);
    });

  it("X-02 used a second time is not exchanged", async () => {
    const { url, callback, complete } = await begun();
    await complete(callback);
    const before = (await b.received()).length;
    expect(await failure(complete(callback))).toMatchObject({ code: "attempt_used", fate: "not_sent" });
    expect((await failure(complete(await b.back(url)))).code).toBe("attempt_used");
    expect(await b.received()).toHaveLength(before);
  });

  it("X-02 two at the same moment are exchanged once", async () => {
    const { callback, complete } = await begun();
    const outcomes = await Promise.allSettled([complete(callback), complete(callback)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await exchanged()).length).toBe(id === "nuvama" ? 0 : 1);
  });

  it("X-02 after ten minutes is not exchanged", async () => {
    const [late, timely] = [await begun(), await begun()];
    await b.advance("4m59s");
    await timely.complete(timely.callback);
    await b.advance("5m1s");
    const before = (await b.received()).length;
    expect((await failure(late.complete(late.callback))).code).toBe("attempt_expired");
    expect(await b.received()).toHaveLength(before);
  });

  it("X-03 is never exchanged at another broker", async () => {
    const { callback, complete } = await begun();
    for (const other of redirecting.filter((one) => one !== id)) {
      const client = await b.client(other);
      const { url, attempt } = (await client.begin?.())!;
      const theirs = await b.callback(other, url);
      const before = await b.ledger(other);
      expect((await failure(client.complete!(attempt, callback))).code).toBe("attempt_mismatch");
      expect((await failure(complete(theirs))).code).toBe("attempt_mismatch");
      // The same parameters at the other's address.
      const moved = new URL(theirs).origin + new URL(theirs).pathname + new URL(callback).search;
      expect(await failure(complete(moved))).toMatchObject({ fate: "not_sent" });
      expect(await b.ledger(other)).toEqual(before);
      await client.complete!(attempt, theirs);
    }
    expect(await exchanged()).toEqual([]);
    expect((await complete(callback)).broker).toBe(id);
  });

  it("X-03 is not taken with an attempt of another broker's", async () => {
    const { client, callback, complete } = await begun();
    for (const other of redirecting.filter((one) => one !== id)) {
      const { attempt } = (await (await b.client(other)).begin?.())!;
      const error = await failure(client.complete(attempt as never, callback));
      expect(error).toMatchObject({ code: "attempt_mismatch", fate: "not_sent" });
    }
    expect(await exchanged()).toEqual([]);
    await complete(callback);
  });

  it.each(parameters[id])("X-08 with %s given twice, empty or 64 kB long is refused", async (name) => {
    const { callback, complete } = await begun();
    const first = new URL(callback).searchParams.get(name) ?? "";
    for (const flawed of [
      changed(callback, (query) => query.append(name, first)),
      changed(callback, (query) => query.append(name, "another")),
      `${callback}&%${name.charCodeAt(0).toString(16)}${name.slice(1)}=another`,
      changed(callback, (query) => query.set(name, "")),
      callback.replace(new RegExp(`${name}=[^&]*`), name),
      changed(callback, (query) => query.set(name, "x".repeat(65_536))),
      changed(callback, (query) => query.set(name, first + "x".repeat(65_536))),
    ])
      expect(await failure(complete(flawed))).toMatchObject({ code: "callback_invalid", fate: "not_sent" });
    expect(await exchanged()).toEqual([]);
    expect((await complete(callback)).broker).toBe(id);
  });

  it("X-09 from another browser consumes nothing: the right one still works", async () => {
    const [mine, theirs] = [await begun(), await begun()];
    if (brokers[id].traits.echoesState) {
      expect((await failure(mine.complete(theirs.callback))).code).toBe("state_mismatch");
      expect((await failure(theirs.complete(mine.callback))).code).toBe("state_mismatch");
    } else {
      // Without a state the path is what tells: each browser has a callback address of its own.
      const elsewhere = theirs.callback.replace(`/callback/${id}`, `/callback/${id}/other-browser`);
      expect((await failure(mine.complete(elsewhere))).code).toBe("attempt_mismatch");
    }
    expect(await exchanged()).toEqual([]);
    expect((await mine.complete(mine.callback)).broker).toBe(id);
    expect((await theirs.complete(theirs.callback)).broker).toBe(id);
  });
});

describe("requests that carry a credential", () => {
  const statuses = [301, 302, 303, 307, 308];
  const trapped = async (b: { steer(path: string): Promise<unknown> }) =>
    ((await b.steer("ledger")) as { broker: string | null }[]).filter(({ broker }) => broker === null);

  describe.each(Object.keys(brokers) as BrokerId[])("at %s", (id) => {
    const b = brokerRig(id);

    it("X-07 follow no redirect", async () => {
      const client = await b.client(id);
      const whole = async (): Promise<Session> => {
        if (client.login) return (await client.login(b.users()[0]!)) as Session;
        const { url, attempt } = (await client.begin?.())!;
        return client.complete!(attempt, await b.callback(id, url));
      };
      const session = await client.prove(await whole());
      const { method, path, body } = brokers[id].traits.firstCall;
      const steps: readonly (() => Promise<unknown>)[] = [
        () => client.fetch(session, path, { method, ...(body && { body }) }),
        () => client.prove(session),
        ...(client.refresh ? [() => client.refresh!(session)] : []),
        ...(client.logout ? [() => client.logout!(session)] : []),
        ...(client.logoutVendor ? [() => client.logoutVendor!()] : []),
        ...(id === "nuvama" ? [async () => (await b.client(id)).begin!()] : [whole]),
      ];
      for (const step of steps)
        for (const status of statuses) {
          await b.steer("faults", { broker: id, fault: `redirect-${status}` });
          expect(await failure(step())).toMatchObject({ code: "redirect_refused", status });
        }
      expect(await trapped(b)).toEqual([]);
      await client.prove(await whole());
    });

    it("X-07 ask their runtime not to follow one, whatever the caller says", async () => {
      const watch = watched(b.fetch as Fetch);
      const client = await b.client(id, {}, { fetch: watch.fetch });
      const { url, attempt } = (await client.begin?.()) ?? {};
      const session = await client.prove(
        url
          ? await client.complete!(attempt!, await b.callback(id, url))
          : ((await client.login!(b.users()[0]!)) as Session),
      );
      const { method, path, body } = brokers[id].traits.firstCall;
      const init = { method, redirect: "follow", ...(body && { body }) };
      await client.fetch(session, path, init);
      await client.prove(session);
      expect(watch.sent.length).toBeGreaterThan(2);
      expect(watch.sent.map(({ redirect }) => redirect)).toEqual(watch.sent.map(() => "manual"));
    });
  });
});
