import type { BrokerId } from "kunji";
import type { Seen } from "../../browser/support/person.js";
import { returnUrl } from "../../support/world.js";
import { mistakes } from "./planted.js";
import type { WholeGateway } from "./whole-gateway.js";

const of = (name: keyof typeof mistakes): string => mistakes[name];

/** Secrets in every place where a caller of the API may put one by mistake. */
export async function mistakeCalls({ ask }: WholeGateway, connection: string): Promise<void> {
  const key = of("mistaken API key");
  await ask("GET", "/v1/apps", { key });
  await ask("GET", "/v1/apps", { key: "", headers: { authorization: `Basic ${btoa(`x:${key}`)}` } });
  await ask("GET", `/v1/apps?limit=${of("mistaken query")}&key=${of("mistaken query")}`);
  await ask("GET", `/v1/apps/${of("mistaken path")}`);
  await ask("GET", `/v1/${of("mistaken path")}`);
  await ask("GET", `/%zz/${of("mistaken path")}`);
  await ask("GET", "/v1/apps", {
    headers: { cookie: `kunji=${of("mistaken cookie")}`, "x-secret": of("mistaken header") },
  });
  const member = of("mistaken member");
  const app = { broker: "zebu", environment: "sandbox", return_urls: [returnUrl] };
  const bodies: readonly unknown[] = [
    `{"broker": "zebu", "keys": {"secret_key": "${member}`,
    { ...app, keys: { clientId: "x", secret_key: member, secret: member } },
    { ...app, keys: { clientId: member, secret: [member] } },
    { ...app, more: member },
    { ...app, environment: member },
    { ...app, return_urls: [`https://user:${member}@app.example/`] },
  ];
  for (const body of bodies) await ask("PUT", "/v1/apps/zebu", { body });
  for (const place of [
    "ftp://u:SECRET@proxy.example",
    "http://u:SECRET@127.0.0.1:1",
    "http://u:SECRET@h/SECRET",
  ]) {
    const egress = place.replaceAll("SECRET", of("mistaken proxy's password"));
    const body = {
      broker: "zebu",
      environment: "sandbox",
      return_urls: ["https://app.example/back"],
      egress,
    };
    await ask("PUT", "/v1/apps/zebu", { body });
  }
  const idempotent = { "idempotency-key": of("mistaken idempotency key") };
  for (const user of ["asha", "asha", "ben"])
    await ask("POST", "/v1/connections", {
      headers: idempotent,
      body: { app: "zebu", user, return_url: returnUrl },
    });
  const code = of("mistaken one-time code");
  await ask("POST", `/v1/connections/${connection}/confirm`, { body: { code, user: "asha" } });
  await ask("POST", `/v1/connections/${connection}/confirm`, { body: { code: 7, user: { code } } });
  const call = of("mistaken form of a call");
  const proxy = `/v1/connections/${connection}/proxy`;
  await ask("POST", `${proxy}/NorenWClientAPI/QuickAuth`, { body: { uid: "ZP0001", pwd: call } });
  await ask("GET", `${proxy}/../../${of("mistaken path")}`);
  await ask("GET", `${proxy}//evil.example/${of("mistaken path")}`);
}

/** Secrets in every place where a browser may bring one by mistake. */
export async function mistakeLogins(whole: WholeGateway, callbackPath: string): Promise<readonly Seen[]> {
  const person = whole.person();
  const body = { app: "autoshares", user: "asha", return_url: returnUrl };
  const { connect_url } = (await whole.ask("POST", "/v1/connections", { body })).json;
  const password = of("mistaken password");
  const { username } = whole.presets.autoshares.users[0];
  const second = whole.presets.autoshares.users.find(({ about }: { about: string }) =>
    /verification/.test(about),
  );
  const otp = of("mistaken code of an authenticator");
  const question = of("mistaken account question");
  const seen: Seen[] = [
    await person.send(connect_url, { username, password }),
    await person.send(connect_url, { username, password: `${password}\r\n` }),
    await person.send(connect_url, { username: "", password }),
    await person.send(connect_url, { username: second.username, password: second.password }),
    await person.send(`${connect_url}/step`, { otp }),
    await person.open(`/connect/${of("mistaken path")}`),
    await person.open(`${callbackPath}?code=${of("mistaken broker's code")}`),
    await person.send(callbackPath, { connection: "con_x", secret: question, answer: "yes" }),
    await person.send(callbackPath, { connection: "con_x", secret: question, answer: question }),
  ];
  person.jar.set(`kunji_${callbackPath.split("/").at(-1)}`, of("mistaken cookie"));
  seen.push(await person.open(`${callbackPath}?code=${of("mistaken broker's code")}`));
  return seen;
}

/** A login that its browser has begun, with another code than the broker's. */
export async function wrongCode(whole: WholeGateway, broker: BrokerId): Promise<readonly Seen[]> {
  const person = whole.person();
  const body = { app: broker, user: "asha", return_url: returnUrl };
  const { connect_url } = (await whole.ask("POST", "/v1/connections", { body })).json;
  const begun = await person.send(connect_url);
  const back = new URL(await whole.logIn(broker, begun.headers.location ?? ""));
  for (const [name, value] of back.searchParams)
    if (name !== "state" && value.length >= 16) back.searchParams.set(name, of("mistaken broker's code"));
  return [await person.open(back.href)];
}

/** A login whose broker answers by a fault. */
export async function faultyLogin(
  whole: WholeGateway,
  broker: BrokerId,
  fault: string,
): Promise<readonly Seen[]> {
  const person = whole.person();
  const body = { app: broker, user: "asha", return_url: returnUrl };
  const { connect_url } = (await whole.ask("POST", "/v1/connections", { body })).json;
  const { username, password } = whole.presets[broker].users[0];
  const redirect = whole.gateway.ports.brokers.traits[broker].login === "redirect";
  const seen: Seen[] = [];
  let back = "";
  if (redirect) {
    const begun = await person.send(connect_url);
    back = await whole.logIn(broker, begun.headers.location ?? "");
  }
  await whole.sandbox("POST", "/_sandbox/faults", { broker, fault, times: 9 });
  seen.push(redirect ? await person.open(back) : await person.send(connect_url, { username, password }));
  await whole.sandbox("DELETE", "/_sandbox/faults");
  return seen;
}
