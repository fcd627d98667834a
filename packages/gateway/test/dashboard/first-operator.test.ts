import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { operatorPassword } from "../../src/commands/operator-password.js";
import { type Gateway, openGateway } from "../../src/gateway.js";
import { readSettings } from "../../src/settings.js";
import { newPerson } from "../browser/support/person.js";
import { totpOf } from "../connect/support/totp.js";
import { newPostgres } from "../support/postgres.js";
import { isIn, tryIn } from "./support/operators.js";

const kinds = [
  ["SQLite", async () => ({ env: {}, drop: async () => undefined })],
  [
    "PostgreSQL",
    async () => {
      const { url, drop } = await newPostgres();
      return { env: { DATABASE_URL: url }, drop };
    },
  ],
] as const;

describe.each(kinds)("the first operator of a gateway on %s", (_, make) => {
  let data: string;
  let env: Readonly<Record<string, string>>;
  let drop: () => Promise<unknown>;
  let said: string[];
  let gateways: Gateway[];
  beforeEach(async () => {
    ({ env, drop } = await make());
    data = await mkdtemp(join(tmpdir(), "kunji-operator-"));
    said = [];
    gateways = [];
  });
  afterEach(async () => {
    for (const gateway of gateways) await gateway.close();
    await rm(data, { recursive: true, force: true });
    await drop();
  });
  const settingsOf = (more: Readonly<Record<string, string>> = {}) =>
    readSettings({
      KUNJI_PORT: "0",
      KUNJI_PUBLIC_URL: "http://127.0.0.1:4700",
      KUNJI_DATA: data,
      KUNJI_LOG_LEVEL: "silent",
      ...env,
      ...more,
    });
  async function start(more?: Readonly<Record<string, string>>): Promise<Gateway> {
    const say = (sentence: string) => void said.push(sentence);
    const gateway = await openGateway({
      settings: settingsOf(more),
      version: "0",
      background: false,
      say,
    });
    gateways.push(gateway);
    return gateway;
  }
  const stop = (gateway: Gateway) => {
    gateways = gateways.filter((one) => one !== gateway);
    return gateway.close();
  };
  const file = () => join(data, "gateway", "operator-password");
  const command = async (...args: string[]): Promise<string[]> => {
    const lines: string[] = [];
    await operatorPassword.run(args, {
      settings: settingsOf(),
      randomBytes,
      now: Date.now,
      fetch,
      wait: async () => undefined,
      say: (line) => void lines.push(line),
    });
    return lines;
  };
  const passwordIn = (lines: readonly string[]) => /is (\S{23})$/.exec(lines[0] ?? "")?.[1] ?? "";

  it("has a password of chance in a file for its owner alone, which the terminal names and does not show", async () => {
    const first = await start();
    const text = readFileSync(file(), "utf8").trim();
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(said.filter((sentence) => sentence.includes(file()))).toHaveLength(1);
    expect(said.join("\n")).not.toContain(text);
    const person = newPerson(first.server);
    expect((await tryIn(person, "operator", `${text}x`)).status).toBe(422);
    expect((await tryIn(person, "operator", text)).status).toBe(303);
    expect(await isIn(person)).toBe(true);
    await stop(first);
    said = [];
    const second = await start();
    expect(readFileSync(file(), "utf8").trim()).toBe(text);
    expect(said.join("\n")).not.toContain("operator");
    expect((await tryIn(newPerson(second.server), "operator", text)).status).toBe(303);
  });

  it("has the password of the setting, which is written nowhere, and keeps it when the setting changes", async () => {
    const set = "a quiet river stone";
    const first = await start({ KUNJI_OPERATOR_PASSWORD: set });
    expect(existsSync(file())).toBe(false);
    expect((await tryIn(newPerson(first.server), "operator", set)).status).toBe(303);
    await stop(first);
    const second = await start({ KUNJI_OPERATOR_PASSWORD: "another river stone" });
    expect((await tryIn(newPerson(second.server), "operator", "another river stone")).status).toBe(422);
    expect((await tryIn(newPerson(second.server), "operator", set)).status).toBe(303);
  });

  it("gets a new password for one time by the command beside the gateway, and every session ends", async () => {
    const gateway = await start({ KUNJI_OPERATOR_PASSWORD: "a quiet river stone" });
    const person = newPerson(gateway.server);
    await tryIn(person, "operator", "a quiet river stone");
    expect(await isIn(person)).toBe(true);
    await expect(command("nobody")).rejects.toThrow("There is no such operator.");
    await expect(command("operator", "twice")).rejects.toThrow("operator-password takes");
    expect(await isIn(person)).toBe(true);
    const lines = await command("operator");
    expect(await isIn(person)).toBe(false);
    expect((await tryIn(newPerson(gateway.server), "operator", "a quiet river stone")).status).toBe(422);
    const { headers } = await tryIn(person, "operator", passwordIn(lines));
    expect(headers.location).toBe("/sign-in?next=%2Fsettings");
    const next_password = "a loud river stone";
    const chosen = { next_password, again_password: next_password };
    expect((await person.send("/sign-in/password", chosen)).status).toBe(303);
    expect(await isIn(person)).toBe(true);
  });

  it("keeps the second factor through a new password, unless the command is told otherwise", async () => {
    const password = "a quiet river stone";
    const gateway = await start({ KUNJI_OPERATOR_PASSWORD: password });
    const person = newPerson(gateway.server);
    await tryIn(person, "operator", password);
    const { text } = await person.open("/settings/second-factor");
    const secret = /name="secret" value="(\w+)"/.exec(text)?.[1] ?? "";
    const form = { secret, code: totpOf(secret, Date.now()), password };
    expect((await person.send("/settings/second-factor", form)).status).toBe(303);
    const kept = await command();
    expect(kept.join("\n")).toContain("--second-factor-off");
    await tryIn(person, "operator", passwordIn(kept));
    expect((await person.open("/sign-in")).action).toBe("/sign-in/code");
    const taken = passwordIn(await command("--second-factor-off"));
    const again = newPerson(gateway.server);
    await tryIn(again, "operator", taken);
    expect((await again.open("/sign-in")).action).toBe("/sign-in/password");
  });
});

it("says of a password file that others can read that it must be closed to them", async () => {
  const data = await mkdtemp(join(tmpdir(), "kunji-operator-"));
  const settings = readSettings({ KUNJI_PORT: "0", KUNJI_DATA: data, KUNJI_LOG_LEVEL: "silent" });
  const open = () => openGateway({ settings, version: "0", background: false });
  mkdirSync(join(data, "gateway"));
  const path = join(data, "gateway", "operator-password");
  writeFileSync(path, "a quiet river stone\n", { mode: 0o644 });
  await expect(open()).rejects.toThrow("can be used by other users");
  await rm(path);
  await (await open()).close();
  await rm(data, { recursive: true, force: true });
});
