import { createDecipheriv } from "node:crypto";
import { afterEach, beforeEach } from "vitest";
import { type Box, openSandbox, type Reply } from "./sandbox-fixture.js";

type Name = "cli" | "gateway";

/** The user's token out of a callback's `encrTkn`. */
export const opened = (encrTkn: string, pwd: string, vendorToken: string): string => {
  const decipher = createDecipheriv("aes-256-cbc", pwd + vendorToken.slice(-16), Buffer.alloc(16));
  return decipher.update(encrTkn, "base64", "latin1") + decipher.final("latin1");
};

/** Status and code of a refusal. */
export const refusalOf = ({ status, json }: Reply): unknown[] => [status, json.error.errCd];
/** Status and `success` of an answer about a vendor session. */
export const vendorAnswerOf = ({ status, json }: Reply): unknown[] => [status, json.success];

/** A sandbox for each test, and Nuvama's calls as the preset apps make them. */
export function nuvamaCalls() {
  let box: Box;
  beforeEach(async () => {
    box = await openSandbox();
  });
  afterEach(() => box.close());

  const app = (name: Name = "cli") => box.app("nuvama", name);
  const VENDOR = "/edelmw-login/login/accounts/loginvendor/";
  const vendorCall = (vendor: string, body: unknown, headers: Record<string, string> = {}) =>
    box.send("nuvama", "POST", VENDOR + vendor, { "content-type": "application/json", ...headers }, body);
  const vendorLogin = async (name: Name = "cli"): Promise<string> =>
    (await vendorCall(app(name).vendor ?? "", { pwd: app(name).pwd })).json.msg;
  const logoutVendor = (token: string, headers: Record<string, string> = {}, vendor = "TEST2") =>
    box.send("nuvama", "PUT", `/edelmw-login/login/accounts/logoutvendor/${vendor}`, {
      SourceToken: token,
      ...headers,
    });
  const login = (ordsrctkn: string, more: Record<string, unknown> = {}) =>
    box.login("nuvama", { ordsrc: app().api_key, ordsrctkn, username: "80126245", ...more });
  const headersOf = (Authorization: string, SourceToken: string, name: Name = "cli") => ({
    Authorization,
    AppIdKey: app(name).AppIdKey ?? "",
    Source: app(name).vendor ?? "",
    SourceToken,
  });
  const session = async (vendorToken: string, username = "80126245") => {
    const url = await login(vendorToken, { username });
    return opened(url.searchParams.get("encrTkn") ?? "", app().pwd ?? "", vendorToken);
  };
  const limits = (headers: Record<string, string>, user = "80126245", slash = "/") =>
    box.send("nuvama", "GET", `/edelmw-eq/eq/limits/rmssublimits/${user}${slash}`, headers);

  return {
    box: () => box,
    app,
    vendorCall,
    vendorLogin,
    logoutVendor,
    login,
    headersOf,
    session,
    limits,
  };
}
