import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { fingerprint } from "../src/index.js";
import { Hidden } from "../src/ledger/hidden.js";
import { redactBody, redactHeaders, redactQuery } from "../src/ledger/redact.js";
import { rig } from "./support/rig.js";

const marker = (place: string): string => `PLANTED-${place}-0123+/ä"`;
const header = "PLANTED-header-0123456789";
const cookie = "PLANTED-cookie-0123456789";
const bearer = "PLANTED-bearer-0123456789";
const markers = [marker("body"), marker("query"), header, cookie, bearer];

const calls: readonly (readonly [string, string, string])[] = [
  ["ventura", "/user/v1/profile", "GET"],
  ["autoshares", "/api/v1.0/users/@me/info", "GET"],
  ["nuvama", "/edelmw-eq/eq/limits/rmssublimits/80126245/", "GET"],
  ["zebu", "/NorenWClientAPI/GetQuotes", "POST"],
  ["rmoney", "/open-api/od/v1/profile/", "GET"],
];

/** The words of an answer that are shown, at any depth. */
const words = (answer: unknown): string[] =>
  Object.entries(Object(answer) as Record<string, unknown>).flatMap(([name, value]) =>
    typeof value === "object"
      ? words(value)
      : /^(message|emsg|error|errMsg|Reason|error_message)$/i.test(name)
        ? [String(value)]
        : [],
  );

describe("an answer that repeats the request", () => {
  it.each(calls)("shows no secret of it in the ledger, nor in the file: %s", async (broker, path, method) => {
    const folder = mkdtempSync(join(tmpdir(), "kunji-ledger-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { ledger, post, send } = await rig({ file: join(folder, "sandbox.sqlite") });
    const call = () =>
      send(
        method,
        `/${broker}${path}?secret=${encodeURIComponent(marker("query"))}`,
        method === "GET" ? undefined : { pwd: marker("body"), password: marker("body") },
        { "x-secret": header, cookie: `a=1; sid=${cookie}`, authorization: `Bearer ${bearer}` },
      );
    await call();
    await post("/_sandbox/faults", { broker, fault: "echo" });
    const echoed = await (await call()).text();
    for (const secret of [header, cookie, bearer]) expect(echoed).toContain(secret);

    const [honest, repeated] = await ledger(`?broker=${broker}`);
    expect(repeated).toMatchObject({ fault: "echo", status: 400 });
    const kept = readdirSync(folder).map((name) => readFileSync(join(folder, name), "latin1"));
    for (const text of [JSON.stringify([honest, repeated]), ...kept]) {
      for (const secret of markers) expect(text).not.toContain(secret.slice(0, -3));
    }
    expect(words(repeated!.answer).every((word) => word.startsWith("sha256:"))).toBe(true);
    expect(words(repeated!.answer)).not.toEqual([]);
    expect(words(honest!.answer).some((word) => !word.startsWith("sha256:"))).toBe(true);
  });
});

describe("a shown field", () => {
  const shown = new Set(["emsg", "uid"]);
  const secret = "open sesame & more";
  const url = new URL("http://x/?k=query-secret");
  const request = (body: string) =>
    Hidden.of({ url, headers: [["Authorization", "Bearer tok-0123"]], body }, shown);

  it.each([
    ["JSON", JSON.stringify({ uid: "ZP0001", deep: [{ k: secret }] })],
    ["a form", `uid=ZP0001&k=${encodeURIComponent(secret)}`],
    ["jData", `jData=${JSON.stringify({ uid: "ZP0001", k: secret })}&jKey=other-secret`],
    ["text", secret],
  ])("is hidden where it holds a hidden value of the request's %s, else shown", (_, body) => {
    const hidden = request(body);
    for (const told of [secret, encodeURIComponent(secret), body, "query-secret", "tok-0123"]) {
      const emsg = `Invalid Input : ${told}!`;
      expect(redactBody(JSON.stringify({ emsg }), shown, { hidden })).toEqual({ emsg: fingerprint(emsg) });
      expect(redactQuery(new URLSearchParams({ emsg }), shown, { hidden })).toEqual({
        emsg: fingerprint(emsg),
      });
      expect(redactHeaders([["emsg", emsg]], shown, { hidden })).toEqual({ emsg: fingerprint(emsg) });
      expect(redactHeaders([["user-agent", emsg]], shown, { hidden })).toEqual({
        "user-agent": fingerprint(emsg),
      });
    }
    const emsg = "Invalid Input : ZP0001";
    expect(redactBody(JSON.stringify({ emsg }), shown, { hidden })).toEqual({ emsg });
  });
});

describe("a body that is nested without end", () => {
  it("is written down as any other, its values hidden in what is shown", async () => {
    const { complaints, ledger, send } = await rig();
    const depth = 100_000;
    const body = `${"[".repeat(depth)}"${bearer}"${"]".repeat(depth)}`;
    expect((await send("POST", "/zebu/NorenWClientAPI/GetQuotes", body)).status).toBeLessThan(500);
    await send("POST", `/zebu/NorenWClientAPI/GetQuotes?uid=${bearer}`, body);
    expect(complaints).toEqual([]);
    const entries = await ledger();
    expect(entries).toHaveLength(2);
    expect(entries[1]!.query).toEqual({ uid: fingerprint(bearer) });
  });
});

describe("a name that a caller gives", () => {
  it("is shown where a broker or the sandbox knows it, else not: a password may have slipped there", async () => {
    const { ledger, send } = await rig();
    const path = "/zebu/NorenWClientAPI/GetQuotes";
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const names = ["Tungabhadra-9-Mango", "Monsoon-Ghat", "Kaveri_Kokum", "lotus-temple-27"] as const;
    const [inForm, inQuery, inJson, inHeader] = names;
    await send("POST", `${path}?${inQuery}=1&code=1`, `${inForm}=1&uid=ZP0001`, form);
    await send(
      "POST",
      path,
      { [inJson]: "1", exch: "NSE" },
      { [inHeader]: "1", "x-app-key": "1", "x-mine": "1" },
    );
    const entries = await ledger("?broker=zebu");
    for (const name of names) expect(JSON.stringify(entries)).not.toContain(name);
    expect(entries[0]).toMatchObject({
      query: { [fingerprint(inQuery)]: fingerprint("1"), code: fingerprint("1") },
      body: { [fingerprint(inForm)]: fingerprint("1"), uid: "ZP0001" },
    });
    expect(entries[1]).toMatchObject({
      headers: {
        [fingerprint(inHeader)]: fingerprint("1"),
        "x-app-key": fingerprint("1"),
        "x-mine": fingerprint("1"),
      },
      body: { [fingerprint(inJson)]: fingerprint("1"), exch: "NSE" },
    });
  });
});
