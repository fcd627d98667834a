import { describe, expect, it } from "vitest";
import { fingerprint } from "../src/index.js";
import { redactBody, redactPath, redactQuery } from "../src/ledger/redact.js";
import { openDatabase } from "../src/store/database.js";
import { ledgerStore } from "../src/store/ledger-rows.js";
import { rig } from "./support/rig.js";

const marker = "PLANTED-secret-0123456789";

describe("the ledger", () => {
  it("shows what a broker received and answered, secrets as fingerprints", async () => {
    const { exchange, ledger, quote, zebuToken } = await rig();
    const token = await zebuToken();
    await quote(token);
    const [exchanged, quoted] = await ledger("?broker=zebu");
    expect(exchanged).toMatchObject({
      broker: "zebu",
      method: "POST",
      path: "/NorenWClientAPI/GenAcsTok",
      status: 200,
      answer: { stat: "Ok", access_token: fingerprint(token) },
    });
    expect(exchanged!.body).toEqual({
      code: expect.stringMatching(/^sha256:[0-9a-f]{16}$/),
      checksum: expect.stringMatching(/^sha256:[0-9a-f]{16}$/),
    });
    expect(quoted!.headers).toMatchObject({
      "content-type": "application/json",
      authorization: `Bearer ${fingerprint(token)}`,
    });
    await exchange();
    const after = await ledger(`?after=${quoted!.id}&limit=1`);
    expect(after).toHaveLength(1);
    expect(Number(after[0]!.id)).toBeGreaterThan(Number(quoted!.id));
    expect(await ledger("?path=/NorenWClientAPI/GetQuotes")).toHaveLength(1);
    expect(await ledger("?broker=rmoney")).toEqual([]);
  });

  it("shows a planted secret nowhere, wherever it stood", async () => {
    const { ledger, send } = await rig();
    const path = "/zebu/NorenWClientAPI/GetQuotes";
    const bearer = { authorization: `Bearer ${marker}` };
    await send(
      "POST",
      `${path}?token=${marker}&${marker}=1`,
      { uid: "ZP0001", [marker]: 1, a: [{ b: marker }] },
      bearer,
    );
    await send("POST", path, `jData={"uid":"ZP0001","deep":{"x":"${marker}"}}&jKey=${marker}`);
    await send("POST", path, marker, {
      "x-anything": marker,
      cookie: `a=${marker}`,
      referer: `http://x/${marker}`,
    });
    await send("POST", path, `${marker}=`, { "content-type": "application/x-www-form-urlencoded" });
    await send("GET", `/zebu/NorenWClientAPI/${marker}`);
    await send("POST", "/zebu/portal/apps", `name=${marker}&redirect_url=http://x/${marker}`, {
      "content-type": "application/x-www-form-urlencoded",
    });
    await send(
      "POST",
      "/zebu/OAuthlogin/authorize/oauth",
      `client_id=ABC&username=ZP0001&password=${marker}&otp=1`,
      {
        "content-type": "application/x-www-form-urlencoded",
      },
    );
    await send("POST", "/_sandbox/trap", { token: marker }, { "x-app-key": marker });
    const entries = await ledger();
    expect(entries).toHaveLength(8);
    expect(JSON.stringify(entries)).not.toContain(marker);
    expect(JSON.stringify(entries)).toContain(fingerprint(marker));
    expect(JSON.stringify(entries)).toContain("ZP0001");
  });

  it("is read forward from an id, or from its end", async () => {
    const { ledger, send } = await rig();
    for (let i = 0; i < 5; i++) await send("GET", "/zebu/nothing");
    const ids = async (query: string) => (await ledger(query)).map(({ id }) => id);
    const all = await ids("");
    expect(await ids("?limit=2")).toEqual(all.slice(0, 2));
    expect(await ids(`?after=${all[1]}&limit=2`)).toEqual(all.slice(2, 4));
    expect(await ids("?last=2")).toEqual(all.slice(3));
    expect(await ids("?last=0")).toEqual([]);
    expect(await ids("?last=9")).toEqual(all);
    expect((await send("GET", "/_sandbox/ledger?last=x")).status).toBe(400);
  });

  it("keeps what comes twice as a list", async () => {
    const { ledger, send } = await rig();
    await send("GET", "/zebu/nothing?code=1&code=2");
    const [entry] = await ledger();
    expect(entry!.query).toEqual({ code: [fingerprint("1"), fingerprint("2")] });
  });

  it("keeps the newest entries only", () => {
    const { db } = openDatabase(":memory:", "x");
    const store = ledgerStore(db, 3);
    const entry = { at: 0, from: null, broker: null, method: "GET", path: "/", route: null, status: 200 };
    for (let i = 0; i < 5; i++) store.add({ ...entry, query: {}, headers: {}, body: null, answer: i });
    expect(store.list({}).map(({ answer }) => answer)).toEqual([2, 3, 4]);
  });
});

describe("what is shown", () => {
  const shown = new Set(["stat", "uid"]);

  it("is what the list names, at any depth; numbers are hidden too, yes and no are not", () => {
    expect(redactBody('{"stat":"Ok","n":5,"ok":true,"list":[{"uid":"A","x":"y"}]}', shown)).toEqual({
      stat: "Ok",
      n: fingerprint("5"),
      ok: true,
      list: [{ uid: "A", x: fingerprint("y") }],
    });
  });

  it("reads a form, jData raw and encoded, and leaves the rest whole", () => {
    expect(redactBody("stat=Ok&a=1&a=2", shown)).toEqual({
      stat: "Ok",
      a: [fingerprint("1"), fingerprint("2")],
    });
    const inner = { uid: "A", k: fingerprint("v") };
    expect(redactBody('jData={"uid":"A","k":"v"}', shown)).toEqual({ jData: inner });
    const encoded = `jData=${encodeURIComponent('{"uid":"A","k":"v"}')}&jKey=t`;
    expect(redactBody(encoded, shown)).toEqual({ jData: inner, jKey: fingerprint("t") });
    expect(redactBody("just text", shown)).toEqual({ fingerprint: fingerprint("just text"), length: 9 });
    expect(redactBody("", shown)).toBeNull();
  });

  it("survives __proto__, and depth without end", () => {
    const value = redactBody('{"__proto__":{"polluted":"x"},"uid":"A"}', shown);
    expect(Object.keys(value as object)).toEqual(["__proto__", "uid"]);
    expect({}).not.toHaveProperty("polluted");
    expect(() => redactBody("[".repeat(2_000) + "]".repeat(2_000), shown)).not.toThrow();
  });

  it("hides names that could be tokens, and path segments that no route knows", () => {
    const long = "a".repeat(32);
    expect(redactQuery(new URLSearchParams({ [long]: "" }), shown)).toEqual({ [fingerprint(long)]: "" });
    expect(redactPath(`/a/${long}/`, new Set(["a"]))).toBe(`/a/${fingerprint(long)}/`);
  });
});
