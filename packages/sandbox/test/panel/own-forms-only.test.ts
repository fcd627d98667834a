import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { type Rig, rig } from "../support/rig.js";

interface Got {
  readonly status: number;
  readonly text: string;
}

const send = ({ port }: Rig, path: string, headers: Record<string, string>, body?: string): Promise<Got> =>
  new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port, path, method: body === undefined ? "GET" : "POST", headers },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => {
          text += chunk;
        });
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });

const clock = "/_sandbox/panel/clock";
const jump = "jump=plus-1h";
const forms = [
  [clock, jump],
  ["/_sandbox/panel/faults", "where=zebu&fault=slow&times=1"],
  ["/_sandbox/panel/sessions", "end_all=zebu"],
  ["/_sandbox/panel/reset", ""],
] as const;

describe("a form of the control panel", () => {
  it.each(forms)(
    "%s is refused where it comes from another site, and nothing is done",
    async (path, body) => {
      const made = await rig();
      await made.zebuToken();
      await made.post("/_sandbox/clock", { advance: "1m" });
      const state = async () => [
        (await made.get("/_sandbox/clock")).body,
        (await made.get("/_sandbox/faults")).body.set,
        made.sandbox.world.sessions("zebu").length,
      ];
      const before = await state();
      const own = `http://127.0.0.1:${made.port}`;
      for (const headers of [
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site", origin: own },
        { "sec-fetch-site": "none" },
        { origin: "http://evil.example" },
        { origin: `http://127.0.0.1:${made.port + 1}` },
        { origin: "null" },
        {},
      ] as Record<string, string>[]) {
        const refused = await send(made, path, headers, body);
        expect([refused.status, refused.text.includes("came from another site")]).toEqual([403, true]);
      }
      expect(await state()).toEqual(before);
      expect((await send(made, path, { "sec-fetch-site": "same-origin" }, body)).status).toBe(303);
      expect(await state()).not.toEqual(before);
    },
  );

  it("is taken by the browser's older word, Origin, where there is no newer one", async () => {
    const made = await rig({ hosts: ["sandbox.test"] });
    expect((await send(made, clock, { origin: made.origin }, jump)).status).toBe(303);
    const named = { host: "sandbox.test:4701", origin: "http://sandbox.test:4701" };
    expect((await send(made, clock, named, jump)).status).toBe(303);
    expect((await send(made, clock, { ...named, host: "localhost" }, jump)).status).toBe(403);
  });

  it("leaves programs' calls as they are: without either header they steer", async () => {
    const made = await rig();
    expect((await send(made, "/_sandbox/clock", {}, '{"advance":"1h"}')).status).toBe(200);
    expect((await send(made, "/_sandbox/clock", { accept: "text/html" })).text).toContain('"mode":"offset"');
  });
});

describe("the control panel's pages", () => {
  const paths = ["/_sandbox/", "/_sandbox/panel/users", "/_sandbox/panel/ledger", "/_sandbox/panel/state"];
  it.each(paths)("%s is told to no foreign host name, nor to a broker's", async (path) => {
    const made = await rig();
    expect((await send(made, path, { host: "evil.example" })).status).toBe(403);
    expect((await send(made, path, { host: "go.mynt.in" })).status).toBe(404);
    expect((await send(made, path, { host: `localhost:${made.port}` })).status).toBe(200);
  });

  it("are in no frame, load only their own files, and send forms only to themselves", async () => {
    const { send } = await rig();
    const policy = (await send("GET", "/_sandbox/")).headers.get("content-security-policy");
    expect(policy).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    );
    const login = (await send("GET", "/zebu/OAuthlogin/authorize/oauth?client_id=ABC")).headers;
    expect(login.get("content-security-policy")).not.toContain("script-src");
  });
});
