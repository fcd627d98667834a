import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type AnyClient, type BrokerId, brokers, KunjiError, type Session } from "../src/index.js";
import { watched } from "./altered-answers.js";
import { brokerRig } from "./broker-rig.js";
import { leaks, shownOf } from "./secret-search.js";

type Secrets = Record<string, string | undefined>;
/** Characters that change in URLs, in JSON and in base64. */
const marked = 'm4rk"ed\\s/cret+9=';

describe.each(Object.keys(brokers) as BrokerId[])("a whole login at %s", (id) => {
  const b = brokerRig(id);
  let printed: string[] = [];
  beforeEach(() => {
    printed = [];
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, "write").mockImplementation((text) => {
        printed.push(String(text));
        return true;
      });
    for (const method of ["log", "info", "warn", "error", "debug"] as const)
      vi.spyOn(console, method).mockImplementation((...args) => void printed.push(shownOf(args)));
  });
  afterEach(() => vi.restoreAllMocks());

  /** The gateway's app: the other one's secrets at Zebu are three characters long. */
  async function opened() {
    const { apps } = (await b.presets())[id] as unknown as {
      apps: { gateway: Record<string, string> };
    };
    const { traits } = brokers[id];
    const keys = Object.entries(traits.keys).map(
      ([field, { brokerName, secret }]) => [field, apps.gateway[brokerName], secret] as const,
    );
    const app = {
      ...Object.fromEntries(keys.map(([field, value]) => [field, value])),
      redirectUri: apps.gateway.redirect_url,
    };
    const secrets: Secrets = Object.fromEntries(
      keys.filter(([, value, secret]) => secret && value).map(([field, value]) => [field, value]),
    );
    const watch = watched(b.fetch);
    return { client: await b.client(id, app, { fetch: watch.fetch }), secrets, watch };
  }

  async function login(client: AnyClient, seen: unknown[], secrets: Secrets): Promise<Session> {
    if (client.login) {
      const { username, password } = b.users()[0]!;
      secrets.password = password;
      return (await client.login({ username, password })) as Session;
    }
    const begun = (await client.begin?.())!;
    seen.push(begun.attempt);
    const query = new URLSearchParams(new URL(begun.url).search);
    secrets.state = begun.attempt.secrets.state?.reveal();
    secrets.vendorToken = begun.attempt.secrets.vendorToken?.reveal();
    // What the pages demand in the login URL: the state, and Nuvama's vendor session.
    const { state: _s, vendorToken: _v, ...others } = secrets;
    expect(leaks(begun.url, others)).toEqual([]);
    expect([...query.keys()].length).toBeGreaterThan(0);
    const callback = await b.callback(id, begun.url);
    for (const name of ["request_token", "code", "authCode", "encrTkn"])
      secrets[name] = new URL(callback).searchParams.get(name) ?? undefined;
    return client.complete!(begun.attempt, callback);
  }

  it("X-06 shows no secret in anything that is thrown, printed or inspected", async () => {
    const { client, secrets, watch } = await opened();
    const seen: unknown[] = [client, client.traits];
    const caught = async (promise: Promise<unknown> | undefined) =>
      seen.push(await promise?.catch((error: unknown) => error));

    const session = await client.prove(await login(client, seen, secrets));
    for (const [name, secret] of Object.entries(session.secrets)) secrets[name] = secret.reveal();
    seen.push(session, await client.callHeaders(session), { session, of: [session] });
    const { method, path, body } = brokers[id].traits.firstCall;
    const call = () => client.fetch(session, path, { method, ...(body && { body }) });
    const steps = [
      call,
      () => client.prove(session),
      () => client.refresh?.(session),
      () => client.logout?.(session),
      () => client.loginVendor?.(),
      () => client.logoutVendor?.(),
      () => login(client, seen, secrets),
    ];
    for (const fault of ["echo", "internal-error", "reset-before-answer", "not-json", "redirect-307"])
      for (const step of steps) {
        await b.steer("faults", { broker: id, fault });
        await caught(step());
        await b.clearFaults();
      }
    for (const step of steps) await caught(step());
    seen.push(...printed);

    for (const { url, body: text, headers } of watch.sent) {
      expect(leaks(url, secrets)).toEqual([]);
      for (const value of Object.values<string>(text ? JSON.parse(text) : {}))
        if (value.length >= 16) secrets[`sent ${value.length}`] = value;
      expect(headers.get("referer")).toBeNull();
    }
    expect(seen.filter((one) => one instanceof KunjiError).length).toBeGreaterThan(10);
    expect(Object.values(secrets).filter(Boolean).length).toBeGreaterThan(1);
    for (const one of seen) expect(leaks(shownOf(one), secrets)).toEqual([]);
    expect(printed).toEqual([]);
  });

  it("X-06 the search finds a secret in every form", () => {
    for (const text of [
      marked,
      encodeURIComponent(marked),
      JSON.stringify(marked),
      Buffer.from(marked).toString("base64"),
      Buffer.from(marked).toString("base64url"),
      Buffer.from(marked).toString("hex").toUpperCase(),
    ])
      expect(leaks(`before ${text} after`, { marked })).toEqual(["marked"]);
    expect(leaks("before and after", { marked })).toEqual([]);
    expect(leaks(shownOf(new KunjiError("aborted", { detail: marked })), { marked })).toEqual(["marked"]);
  });
});

describe("credentials with characters that change on their way", () => {
  const v = brokerRig("ventura");
  const a = brokerRig("autoshares");

  it("X-06 Ventura's words may not repeat a password, as it is or as JSON", async () => {
    const client = await v.open();
    const input = { clientId: "AA0605", password: marked, totp: "918273", macAddress: "AA:BB:CC:DD:EE:FF" };
    for (const fault of [undefined, "echo"]) {
      if (fault) await v.fault(fault, "/login/v1/authorization/totp");
      const error = await client.loginWithTotp(input).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(KunjiError);
      expect((error as KunjiError).detail).toBeTruthy();
      expect(leaks(shownOf(error), { marked, totp: "918273" })).toEqual([]);
    }
  });

  it("X-06 AutoShares' words may not repeat a password that begins with the user's name", async () => {
    const client = await a.open();
    const input = { username: "demo.trader", password: "demo.trader-and-9876" };
    for (const fault of [undefined, "echo"]) {
      if (fault) await a.fault(fault, "/api/token");
      const error = await client.login(input).catch((thrown: unknown) => thrown);
      expect((error as KunjiError).detail).toBeTruthy();
      expect(leaks(shownOf(error), { password: input.password, rest: "-and-9876" })).toEqual([]);
    }
  });
});
