import { describe, expect, it } from "vitest";
import { createSandbox } from "../src/index.js";
import { sha256, start } from "./support/rig.js";

const origin = "https://go.mynt.in";

/** A sandbox without a socket, called under Zebu's own host name. */
function inProcess() {
  const sandbox = createSandbox({ now: () => start });
  const post = (path: string, body: unknown = {}, init: RequestInit = {}) =>
    sandbox.fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      ...init,
    });
  async function exchange(init: RequestInit = {}) {
    const login = await post("/_sandbox/zebu/login", { client_id: "ABC", username: "ZP0001" });
    const { redirect } = (await login.json()) as { redirect: string };
    const code = new URL(redirect).searchParams.get("code");
    return post(`${origin}/NorenWClientAPI/GenAcsTok`, { code, checksum: sha256(`ABC123${code}`) }, init);
  }
  const set = (fault: string, more: object = {}) =>
    post("/_sandbox/faults", { broker: "zebu", fault, ...more });
  return { sandbox, exchange, set };
}
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("fetch without a socket", () => {
  it("exchanges a code at the broker's own origin", async () => {
    const { exchange, sandbox } = inProcess();
    expect(await (await exchange()).json()).toMatchObject({ stat: "Ok" });
    await sandbox.close();
  });

  it("fails as fetch does when the connection is reset", async () => {
    const { exchange, set } = inProcess();
    await set("reset-before-answer");
    const error = await failure(exchange());
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).cause).toMatchObject({ code: "ECONNRESET" });
    expect((await exchange()).status).toBe(200);
  });

  it.each(["reset-mid-body", "cut-short"])("breaks the body off under %s", async (fault) => {
    const { exchange, set } = inProcess();
    await set(fault);
    const answer = await exchange();
    expect(answer.status).toBe(200);
    expect(await failure(answer.text())).toBeInstanceOf(TypeError);
    expect(await failure((await exchange()).text())).toBeUndefined();
  });

  it("cuts the body at a wrong length, and unpacks a gzip bomb", async () => {
    const { exchange, set } = inProcess();
    await set("wrong-length");
    const text = await (await exchange()).text();
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    await set("gzip-bomb");
    let length = 0;
    for await (const chunk of (await exchange()).body!) length += chunk.byteLength;
    expect(length).toBeGreaterThan(50_000_000);
  });

  it("goes on without end until it is left", async () => {
    const { exchange, set } = inProcess();
    await set("endless");
    const reader = (await exchange()).body!.getReader();
    let length = 0;
    while (length < 100_000) length += (await reader.read()).value?.byteLength ?? 0;
    await reader.cancel();
    expect(length).toBeGreaterThanOrEqual(100_000);
  });

  it("obeys an abort while an answer is late", async () => {
    const { exchange, set } = inProcess();
    await set("slow", { delay: "60s" });
    expect(await failure(exchange({ signal: AbortSignal.timeout(50) }))).toMatchObject({
      name: "TimeoutError",
    });
  });

  it("follows into the trap only where redirects are to be followed", async () => {
    const { exchange, sandbox, set } = inProcess();
    const trapped = async () =>
      ((await (await sandbox.fetch("/_sandbox/ledger?path=/_sandbox/trap")).json()) as unknown[]).length;
    await set("redirect-307", { times: 3 });
    expect((await exchange({ redirect: "manual" })).status).toBe(307);
    expect(await failure(exchange({ redirect: "error" }))).toBeInstanceOf(TypeError);
    expect(await trapped()).toBe(0);
    expect(await (await exchange()).json()).toMatchObject({ trap: true });
    expect(await trapped()).toBe(1);
  });
});
