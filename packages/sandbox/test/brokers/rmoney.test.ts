import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checksum } from "../../src/brokers/rmoney.js";
import {
  type Box,
  HOUR,
  MINUTE,
  MORNING_MS,
  openSandbox,
  registerApp,
  submitForm,
} from "./sandbox-fixture.js";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("RMoney's side", () => {
  let box: Box;
  beforeAll(async () => {
    box = await openSandbox();
  });
  beforeEach(() => box.at(MORNING_MS));
  afterAll(() => box.close());

  const EXCHANGE = "/open-api/od/v1/vendor/getUserDetails";
  const PROFILE = "/open-api/od/v1/profile/";
  const app = (name: "cli" | "gateway" = "cli") => box.app("rmoney", name);
  const login = (more: Record<string, unknown> = {}) =>
    box.login("rmoney", { appcode: app().appcode, username: "I10230", ...more });
  const sumOf = (url: URL, name: "cli" | "gateway" = "cli") =>
    sha256(`${url.searchParams.get("userId")}${url.searchParams.get("authCode")}${app(name).apiSecret}`);
  const exchange = async (body: unknown, status = 200) => {
    const reply = await box.send("rmoney", "POST", EXCHANGE, { "content-type": "application/json" }, body);
    expect(reply.status).toBe(status);
    return reply;
  };
  const session = async (more = {}, status = 200) =>
    (await exchange({ checkSum: sumOf(await login(more)) }, status)).json;
  const profile = (token: string) => box.send("rmoney", "GET", PROFILE, { authorization: `Bearer ${token}` });
  const failed = (emsg: string) => ({ stat: "Not_ok", emsg });

  it("R-01 a login starts at the root with appcode", async () => {
    expect((await box.send("rmoney", "GET", `/?appcode=${app().appcode}`)).status).toBe(200);
    expect((await box.send("rmoney", "GET", "/?appcode=nobody")).status).toBe(400);
    expect((await box.send("rmoney", "GET", "/")).status).toBe(400);
  });

  it("R-02 the browser comes back to the registered URL with authCode, then userId", async () => {
    const url = await login({ state: "not-carried" });
    expect(url.href.startsWith(app().redirect_url ?? "?")).toBe(true);
    expect([...url.searchParams.keys()]).toEqual(["authCode", "userId"]);
    expect(url.searchParams.get("userId")).toBe("I10230");
  });

  it("R-03 the checksum is the hex SHA-256 of userId, authCode and apiSecret", async () => {
    expect(checksum("U1", "AC", "SEC")).toBe(
      "3f3c347952ffe965105e79f925511c4895904cfe98e057eda24578a4c6f3ad19",
    );
    const url = await login();
    const swapped = sha256(`${url.searchParams.get("authCode")}I10230${app().apiSecret}`);
    expect((await exchange({ checkSum: swapped })).json).toEqual(failed("Invalid auth code"));
    expect((await exchange({ checkSum: sumOf(url) })).json.stat).toBe("Ok");
  });

  it("R-04 the checksum alone finds the login among several", async () => {
    const first = await login();
    const second = await login({ username: "I10263" });
    const third = await login({ appcode: app("gateway").appcode });
    expect((await exchange({ checkSum: sumOf(second) })).json.clientId).toBe("I10263");
    expect((await exchange({ checkSum: sumOf(third, "gateway") })).json.clientId).toBe("I10230");
    expect((await exchange({ checkSum: sumOf(first, "gateway") })).json).toEqual(failed("Invalid auth code"));
    expect((await exchange({ checkSum: sumOf(first) })).json.clientId).toBe("I10230");
  });

  it("R-05 checkSum and checksum are taken, CheckSum is not", async () => {
    expect((await exchange({ checkSum: sumOf(await login()) })).json.stat).toBe("Ok");
    const sum = sumOf(await login());
    for (const name of ["CheckSum", "CHECKSUM", "check_sum"])
      expect((await exchange({ [name]: sum })).json).toEqual(failed("Invalid auth code"));
    expect((await exchange({ checksum: sum })).json.stat).toBe("Ok");
  });

  it("R-05 the path is case-sensitive", async () => {
    const body = { checkSum: sumOf(await login()) };
    expect((await box.send("rmoney", "POST", EXCHANGE.toLowerCase(), {}, body)).status).toBe(404);
    expect((await box.send("rmoney", "POST", EXCHANGE, {}, body)).status).toBe(200);
  });

  it("R-06 success answers stat, clientId and userSession", async () => {
    const answer = await session();
    expect(Object.keys(answer)).toEqual(["stat", "clientId", "userSession"]);
    expect(answer).toMatchObject({ stat: "Ok", clientId: "I10230" });
    const { exp = 0, iat = 0, preferred_username } = await box.verified("rmoney", answer.userSession);
    expect([exp - iat, preferred_username]).toEqual([5_177_164, "i10230"]);
    await expect(box.verified("ventura", answer.userSession)).rejects.toThrow();
  });

  it("R-07 each failure is told to the letter", async () => {
    const words = {
      I10297: "Your API key Expired.Please update your API key",
      I10298: "API key not available.Please generate API key",
      I10299: "Internal server error. Please try again later.",
    };
    for (const [username, emsg] of Object.entries(words))
      expect(await session({ username }, emsg.startsWith("Internal") ? 500 : 200)).toEqual(failed(emsg));
    for (const body of [{ checkSum: "00" }, {}, "no json"])
      expect((await exchange(body)).json).toEqual(failed("Invalid auth code"));
    expect((await session()).stat).toBe("Ok");
  });

  it("R-07 a login older than five minutes counts as none", async () => {
    const [early, late] = [await login(), await login()];
    await box.after(5 * MINUTE - 1000);
    expect((await exchange({ checkSum: sumOf(early) })).json.stat).toBe("Ok");
    await box.after(5 * MINUTE);
    expect((await exchange({ checkSum: sumOf(late) })).json).toEqual(
      failed("User does not login. Please login"),
    );
  });

  it("R-08 userSession opens the profile, with its own envelope", async () => {
    const { userSession } = await session();
    const { status, json } = await profile(userSession);
    expect([status, Object.keys(json)]).toEqual([200, ["status", "message", "result"]]);
    expect(json).toMatchObject({ status: "Ok", message: "Success" });
    expect(Object.keys(json.result[0])).toEqual(
      "clientId clientName isTotpEnabled isPoaProvided accountStatus exchanges products orderComplexity".split(
        " ",
      ),
    );
    expect((await profile("other")).status).toBe(401);
    const without = await box.send("rmoney", "GET", PROFILE);
    expect([without.status, without.json]).toMatchObject([401, { status: "Not_ok", result: [] }]);
  });

  it("R-08 the session ends at 07:00 India time, long before its token's exp", async () => {
    const { userSession } = await session();
    await box.after(21 * HOUR - 1000);
    expect((await profile(userSession)).status).toBe(200);
    await box.after(21 * HOUR);
    expect((await profile(userSession)).status).toBe(401);
  });

  it("R-09 the redirect URL can be changed on the portal, and the next login uses it", async () => {
    const { keys, card } = await registerApp(box, "rmoney", {
      name: "Night Desk",
      redirect_url: "http://127.0.0.1:9/old",
    });
    const appcode = keys["App code"];
    expect((await login({ appcode })).href).toMatch(/^http:\/\/127\.0\.0\.1:9\/old\?/);
    await submitForm(box, "/rmoney/portal", card, { redirect_url: "http://127.0.0.1:9/new" });
    expect((await login({ appcode })).href).toMatch(/^http:\/\/127\.0\.0\.1:9\/new\?/);
  });

  it("R-12 an authCode works once", async () => {
    const body = { checkSum: sumOf(await login()) };
    expect((await exchange(body)).json.stat).toBe("Ok");
    expect((await exchange(body)).json).toEqual(failed("Invalid auth code"));
  });

  it("lets the user whose session ends elsewhere through once", async () => {
    const { userSession } = await session({ username: "I10274" });
    expect((await profile(userSession)).status).toBe(200);
    expect((await profile(userSession)).status).toBe(401);
  });

  it("takes a list of orders and answers a number for each", async () => {
    const { userSession } = await session();
    const place = (body: unknown) =>
      box.send(
        "rmoney",
        "POST",
        "/open-api/od/v1/orders/placeorder",
        { authorization: `Bearer ${userSession}` },
        body,
      );
    const placed = await place([{ symbolId: "2885" }, { symbolId: "1594" }]);
    expect([placed.status, placed.json.result.length]).toEqual([200, 2]);
    expect((await place({ symbolId: "2885" })).status).toBe(400);
  });

  it("X-06 the ledger shows a login without its secrets", async () => {
    const url = await login();
    const checkSum = sumOf(url);
    const { userSession } = (await exchange({ checkSum })).json;
    await profile(userSession);
    const text = JSON.stringify(await box.ledger());
    expect(text).toContain("I10230");
    for (const secret of [url.searchParams.get("authCode"), checkSum, userSession])
      expect(text).not.toContain(secret);
  });
});
