import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { rig } from "./support/rig.js";

interface Got {
  readonly status: number;
  readonly text: string;
}

/** A call with any headers, `Host` among them. */
const call = (
  port: number,
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
  body = "",
): Promise<Got> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });

describe("the brokers' own host names", () => {
  it("are served without the prefix, with or without a port", async () => {
    const { port } = await rig();
    const path = "/NorenWClientAPI/GetQuotes";
    for (const host of ["go.mynt.in", "GO.mynt.in:443"]) {
      const own = await call(port, path, { host }, "POST", "{}");
      expect(own.text).toContain("Session Expired");
    }
    expect((await call(port, `/zebu${path}`, { host: "go.mynt.in" }, "POST", "{}")).status).toBe(404);
    expect((await call(port, path, {}, "POST", "{}")).status).toBe(404);
    expect((await call(port, `/zebu${path}`, {}, "POST", "{}")).text).toContain("Session Expired");
  });

  it("work for paths that begin with AutoShares' base path, and for RMoney's root", async () => {
    const { port } = await rig();
    const etna = await call(port, "/api/token", { host: "pub-api-et-demo-prod.etnasoft.us" }, "POST");
    expect(etna.text).toContain("Application key is not defined");
    const rmoney = await call(port, "/?appcode=none", { host: "weblive.rmoneyindia.net" });
    expect(rmoney.status).toBe(400);
    expect(rmoney.text).toContain("<h1>");
  });

  it("give their pages forms and a style sheet without the prefix", async () => {
    const { port } = await rig();
    const page = await call(port, "/OAuthlogin/authorize/oauth?client_id=ABC", { host: "go.mynt.in" });
    expect(page.text).toContain('<form method="post" action="/OAuthlogin/authorize/oauth">');
    expect((await call(port, "/_sandbox/style.css", { host: "go.mynt.in" })).text).toContain("--brand");
    expect((await call(port, "/portal", { host: "go.mynt.in" })).status).toBe(200);
    expect((await call(port, "/_sandbox/presets", { host: "go.mynt.in" })).status).toBe(404);
  });
});

describe("other host names on a loopback address", () => {
  it("are refused, loopback's own are not", async () => {
    const { port } = await rig();
    const refused = await call(port, "/_sandbox/presets", { host: `evil.example:${port}` });
    expect(refused.status).toBe(403);
    expect(JSON.parse(refused.text).message).toContain("KUNJI_SANDBOX_HOSTS");
    for (const host of ["127.0.0.1", `localhost:${port}`, "[::1]:4701", "zebu.localhost", "127.1.2.3"]) {
      expect((await call(port, "/_sandbox/presets", { host })).status).toBe(200);
    }
  });

  it("are refused where they are no address at all, 127.0.0.99 is one", async () => {
    const { port, complaints } = await rig();
    for (const host of ["127.0.0.999", "127.0.0.256:4701"]) {
      const refused = await call(port, "/_sandbox/presets", { host });
      expect(refused.status).toBe(400);
      expect(JSON.parse(refused.text).error).toBe("bad_host");
      expect(refused.text).not.toContain(host);
    }
    expect((await call(port, "/_sandbox/presets", { host: "127.0.0.99" })).status).toBe(200);
    expect(complaints).toEqual([]);
  });

  it("are answered where the settings name them", async () => {
    const { port } = await rig({ hosts: ["sandbox.test"] });
    expect((await call(port, "/_sandbox/presets", { host: "sandbox.test:4701" })).status).toBe(200);
    expect((await call(port, "/_sandbox/presets", { host: "other.test" })).status).toBe(403);
  });
});

describe("pages of another origin", () => {
  const reset = (port: number, headers: Record<string, string>) =>
    call(port, "/_sandbox/reset", headers, "POST");

  it("may not steer, the sandbox's own and programs may", async () => {
    const { port } = await rig();
    for (const headers of [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site", origin: "http://127.0.0.1:9" },
      { origin: "http://evil.example" },
      { origin: "null" },
    ]) {
      const refused = await reset(port, headers as Record<string, string>);
      expect(refused.status).toBe(403);
      expect(JSON.parse(refused.text).error).toBe("foreign_page");
    }
    const own = `http://127.0.0.1:${port}`;
    expect((await reset(port, {})).status).toBe(200);
    expect((await reset(port, { origin: own })).status).toBe(200);
    expect((await reset(port, { origin: "null", "sec-fetch-site": "same-origin" })).status).toBe(200);
  });

  it("may not register apps on the portal either, yet may read", async () => {
    const { port } = await rig();
    const body = JSON.stringify({ name: "x", redirect_url: "http://127.0.0.1/x" });
    const headers = { "content-type": "application/json" };
    const foreign = { "sec-fetch-site": "cross-site" };
    expect((await call(port, "/zebu/portal/apps", { ...headers, ...foreign }, "POST", body)).status).toBe(
      403,
    );
    expect((await call(port, "/zebu/portal/apps", headers, "POST", body)).status).toBe(201);
    expect((await call(port, "/_sandbox/presets", foreign)).status).toBe(200);
  });
});
