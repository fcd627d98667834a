import { readdirSync } from "node:fs";
import { request } from "node:http";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { faults } from "../src/index.js";
import { overSocket } from "./support/over-socket.js";
import { type Rig, rig } from "./support/rig.js";

const json = async (answer: Response) => JSON.parse(await answer.text()) as Record<string, unknown>;
const cause = (error: unknown) => ((error as Error).cause as { code?: string } | undefined)?.code;
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Reads until the other side ends or `limit` bytes came. */
async function readUpTo(answer: Response, limit: number): Promise<number> {
  let length = 0;
  const reader = answer.body!.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return length;
    length += value.byteLength;
    if (length > limit) {
      await reader.cancel();
      return length;
    }
  }
}

/** The answer's bytes as they come over the wire, not unpacked. */
const raw = (origin: string, path: string, body: string) =>
  new Promise<{ encoding: string | undefined; bytes: Buffer }>((resolve, reject) => {
    const call = request(origin + path, { method: "POST" }, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk);
      resolve({ encoding: answer.headers["content-encoding"], bytes: Buffer.concat(chunks) });
    });
    call.on("error", reject);
    call.end(body);
  });

const sawRedirect = (status: number) => async (rig: Rig) => {
  const answer = await rig.exchange();
  expect(answer.status).toBe(status);
  const to = answer.headers.get("location") ?? "";
  expect(new URL(to).origin).not.toBe(rig.origin);
  expect(await rig.ledger("?path=/_sandbox/trap")).toEqual([]);
  await fetch(to, { method: "POST", headers: { "x-secret": "marker" }, body: "marker" });
  const [caught, ...more] = await rig.ledger("?path=/_sandbox/trap");
  expect(more).toEqual([]);
  expect(caught).toMatchObject({ method: "POST", broker: null });
  expect(JSON.stringify(caught)).not.toContain("marker");
};

const refused = async (rig: Rig) => {
  const answer = await json(await rig.exchange());
  expect(answer).toMatchObject({ stat: "Not_Ok", emsg: "Invalid authorization code" });
  expect(answer).not.toHaveProperty("access_token");
};

/** What each fault does to a Zebu exchange over HTTP. */
const sees: Record<string, (rig: Rig) => Promise<void>> = {
  "reset-before-answer": async ({ exchange, sandbox }) => {
    expect(cause(await failure(exchange()))).toBe("ECONNRESET");
    expect(sandbox.world.sessions("zebu")).toHaveLength(1);
  },
  "reset-mid-body": async ({ exchange }) => {
    const answer = await exchange();
    expect(answer.status).toBe(200);
    expect(await failure(answer.text())).toBeInstanceOf(TypeError);
  },
  "reset-after-body": async ({ port, exchangePath, exchangeRequest, zebuCode }) => {
    const body = JSON.stringify(exchangeRequest(await zebuCode()));
    const { text, ended } = await overSocket(port, `POST ${exchangePath} HTTP/1.1`, body);
    const [head = "", answer = ""] = text.split("\r\n\r\n");
    expect(head).toContain("HTTP/1.1 200");
    expect(JSON.parse(answer)).toHaveProperty("access_token");
    expect(ended).toBe("ECONNRESET");
  },
  slow: async ({ exchange, post }) => {
    await post("/_sandbox/faults", { broker: "zebu", fault: "slow", delay: "300ms" });
    await expect(json(await exchange())).resolves.toHaveProperty("access_token");
  },
  endless: async ({ exchange }) => {
    expect(await readUpTo(await exchange(), 300_000)).toBeGreaterThan(300_000);
  },
  "cut-short": async ({ exchange }) => {
    const answer = await exchange();
    expect(await failure(answer.text())).toBeInstanceOf(TypeError);
  },
  "wrong-length": async ({ exchange }) => {
    const text = await (await exchange()).text();
    expect(text).toMatch(/^\{"stat":"Ok"/);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  },
  "gzip-bomb": async ({ origin, exchangePath, exchangeRequest, zebuCode }) => {
    const body = JSON.stringify(exchangeRequest(await zebuCode()));
    const { encoding, bytes } = await raw(origin, exchangePath, body);
    expect(encoding).toBe("gzip");
    expect(bytes.byteLength).toBeLessThan(200_000);
    expect(gunzipSync(bytes).byteLength).toBeGreaterThan(50_000_000);
  },
  "redirect-301": sawRedirect(301),
  "redirect-302": sawRedirect(302),
  "redirect-303": sawRedirect(303),
  "redirect-307": sawRedirect(307),
  "redirect-308": sawRedirect(308),
  "not-json": async ({ exchange }) => {
    const answer = await exchange();
    expect(answer.headers.get("content-type")).toContain("json");
    await expect(json(answer)).rejects.toThrow(SyntaxError);
  },
  "wrong-types": async ({ exchange }) => {
    const answer = await json(await exchange());
    expect(typeof answer.access_token).toBe("number");
    expect(typeof answer.stat).toBe("number");
  },
  "missing-field": async ({ exchange }) => {
    expect(await json(await exchange())).not.toHaveProperty("access_token");
  },
  "extra-fields": async ({ exchange }) => {
    const text = await (await exchange()).text();
    expect(text).toContain('"__proto__"');
    expect(JSON.parse(text)).toMatchObject({ stat: "Ok", new_field: "added" });
  },
  "ok-without-token": async ({ exchange }) => {
    const answer = await json(await exchange());
    expect(answer).toMatchObject({ stat: "Ok", expires_in: "3600" });
    expect(answer).not.toHaveProperty("access_token");
    expect(answer).not.toHaveProperty("refresh_token");
  },
  "duplicate-keys": async ({ exchange }) => {
    const text = await (await exchange()).text();
    expect(text.match(/"access_token":/g)).toHaveLength(2);
    expect(JSON.parse(text)).toMatchObject({ access_token: "duplicate" });
  },
  "html-error-page": async ({ exchange }) => {
    const answer = await exchange();
    expect(answer.status).toBe(502);
    expect(await answer.text()).toMatch(/^<html>/);
  },
  "too-many-requests": async ({ exchange }) => {
    const answer = await exchange();
    expect(answer.status).toBe(429);
    expect(answer.headers.get("retry-after")).toBe("30");
  },
  "internal-error": async ({ exchange }) => {
    const answer = await exchange();
    expect(answer.status).toBe(500);
    expect(await answer.text()).toBe("");
  },
  "huge-answer": async ({ exchange }) => {
    const text = await (await exchange()).text();
    expect(text.length).toBeGreaterThan(5_000_000);
    expect(JSON.parse(text)).toHaveProperty("access_token");
  },
  echo: async ({ exchangePath, exchangeRequest, send, zebuCode }) => {
    const body = exchangeRequest(await zebuCode());
    const answer = await send("POST", exchangePath, body, { "x-marker": "echoed-header" });
    const { emsg } = await json(answer);
    expect(emsg).toContain("echoed-header");
    expect(emsg).toContain(body.checksum);
  },
  "another-account": async ({ exchange }) => {
    expect((await json(await exchange())).USERID).toBe("ZP0009");
  },
  "spent-code": refused,
  "expired-code": refused,
};

it("has a file of its name for each fault, and each a sentence", () => {
  const files = readdirSync(new URL("../src/faults", import.meta.url)).map((file) => file.replace(".ts", ""));
  expect(faults.length).toBeGreaterThanOrEqual(22);
  for (const { name, says } of faults) {
    expect(files).toContain(name);
    expect(says).toMatch(/^.{15,}\.$/);
  }
  expect(Object.keys(sees).toSorted()).toEqual(faults.map(({ name }) => name).toSorted());
});

describe.each(faults.map(({ name }) => name))("the fault %s", (name) => {
  it("changes one call, the one before and the one after are fine", async () => {
    const made = await rig();
    const fine = async () =>
      expect(await json(await made.exchange())).toMatchObject({ stat: "Ok", USERID: "ZP0001" });
    await fine();
    await made.post("/_sandbox/zebu/sessions/end");
    if (name !== "slow") await made.post("/_sandbox/faults", { broker: "zebu", fault: name });
    await sees[name]!(made);
    await fine();
    const [marked, ...more] = (await made.ledger("?broker=zebu")).filter(({ fault }) => fault !== undefined);
    expect(more).toEqual([]);
    expect(marked).toMatchObject({ fault: name, path: "/NorenWClientAPI/GenAcsTok" });
  });
});

describe("setting faults", () => {
  it("hits as often as told, at the path told, and no other broker", async () => {
    const { exchange, post, quote, send, zebuToken } = await rig();
    const token = await zebuToken();
    const path = "/NorenWClientAPI/GetQuotes";
    await post("/_sandbox/faults", { broker: "zebu", path, fault: "internal-error", times: 2 });
    expect((await exchange()).status).toBe(200);
    expect((await send("GET", "/ventura/user/v1/profile")).status).not.toBe(500);
    expect([(await quote(token)).status, (await quote(token)).status]).toEqual([500, 500]);
    expect((await quote(token)).status).toBe(200);
  });

  it.each([
    ["127.0.0.1", "localhost"],
    ["go.mynt.in", "127.0.0.1"],
    ["go.mynt.in:443", "127.0.0.1"],
  ])("redirects a call to the host %s to the trap on the port that is served", async (host, to) => {
    const { port, post, send } = await rig();
    await post("/_sandbox/faults", { broker: "zebu", fault: "redirect-307" });
    const prefix = host === "127.0.0.1" ? "/zebu" : "";
    const { text } = await overSocket(port, `POST ${prefix}/NorenWClientAPI/GenAcsTok HTTP/1.1`, "{}", host);
    expect(text).toContain("HTTP/1.1 307");
    expect(/^location: (.*)$/im.exec(text)?.[1]?.trim()).toBe(`http://${to}:${port}/_sandbox/trap`);
    expect((await send("POST", "/_sandbox/trap")).status).toBe(200);
  });

  it("waits with a fault about codes for a call that brings one", async () => {
    const { exchange, post, quote, zebuToken } = await rig();
    const token = await zebuToken();
    await post("/_sandbox/faults", { broker: "zebu", fault: "spent-code" });
    expect(await json(await quote(token))).toMatchObject({ stat: "Ok" });
    expect(await json(await exchange())).toMatchObject({ stat: "Not_Ok" });
  });

  it("takes a path with the values of its parts, and drops a field by name", async () => {
    const { exchange, get, post } = await rig();
    const nuvama = "/edelmw-eq/eq/limits/rmssublimits/12345/";
    expect((await post("/_sandbox/faults", { broker: "nuvama", path: nuvama, fault: "slow" })).status).toBe(
      201,
    );
    await post("/_sandbox/faults", { broker: "zebu", fault: "missing-field", field: "expires_in" });
    const answer = await json(await exchange());
    expect(answer).toHaveProperty("access_token");
    expect(answer).not.toHaveProperty("expires_in");
    expect((await get("/_sandbox/faults")).body.set).toMatchObject([{ fault: "slow", times: 1 }]);
  });

  it("takes a path as the route spells it, and hits what it stands for", async () => {
    const { ledger, post, send } = await rig();
    const path = "/api/v1.0/users/:user/info";
    await post("/_sandbox/faults", { broker: "autoshares", path, fault: "internal-error" });
    const info = async () => (await send("GET", "/autoshares/api/v1.0/users/@me/info")).status;
    expect([await info(), await info()]).toEqual([500, 403]);
    expect((await ledger(`?path=${path}`)).map(({ route }) => route)).toEqual([path, path]);
  });

  it("forgets all of them on DELETE", async () => {
    const { exchange, post, send } = await rig();
    await post("/_sandbox/faults", { broker: "zebu", fault: "internal-error" });
    expect(await json(await send("DELETE", "/_sandbox/faults"))).toEqual({ deleted: 1 });
    expect((await exchange()).status).toBe(200);
  });

  it.each([
    ["an unknown fault", { broker: "zebu", fault: "gremlin" }, "reset-before-answer"],
    ["an unknown broker", { broker: "kite", fault: "slow" }, "ventura, autoshares, nuvama, zebu, rmoney"],
    ["an unknown path", { broker: "zebu", fault: "slow", path: "/nowhere" }, "/NorenWClientAPI/GenAcsTok"],
    ["no times at all", { broker: "zebu", fault: "slow", times: 0 }, "whole number"],
    ["a delay without a unit", { broker: "zebu", fault: "slow", delay: "5" }, "300ms"],
    ["a code where there is none", { broker: "autoshares", fault: "spent-code" }, "no one-time code"],
  ])("refuses %s and says what there is", async (_, body, words) => {
    const { get, post } = await rig();
    const answer = await post("/_sandbox/faults", body);
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain(words);
    expect((await get("/_sandbox/faults")).body.set).toEqual([]);
  });

  it("lists the catalogue", async () => {
    const { get } = await rig();
    const { body } = await get("/_sandbox/faults");
    expect(body.catalogue).toHaveLength(faults.length);
  });

  it("drops a late answer when the client goes", async () => {
    const { exchange, post, sandbox, zebuCode, exchangePath, exchangeRequest, origin } = await rig();
    await post("/_sandbox/faults", { broker: "zebu", fault: "slow", delay: "60s" });
    const body = JSON.stringify(exchangeRequest(await zebuCode()));
    const gone = fetch(origin + exchangePath, { method: "POST", body, signal: AbortSignal.timeout(100) });
    expect((await failure(gone)) as Error).toMatchObject({ name: "TimeoutError" });
    expect((await exchange()).status).toBe(200);
    const began = Date.now();
    await sandbox.close();
    expect(Date.now() - began).toBeLessThan(2_000);
  });
});
