import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readSettings, SettingError, settingsHelp } from "../src/settings.js";

describe("the settings", () => {
  it("have defaults", () => {
    expect(readSettings({}, "/home/me")).toEqual({
      host: "127.0.0.1",
      port: 4701,
      hosts: [],
      file: resolve("/home/me/.kunji/sandbox/sandbox.sqlite"),
      gatewayOrigin: "http://127.0.0.1:4700",
    });
  });

  it("are read from the environment", () => {
    const env = {
      KUNJI_SANDBOX_HOST: "::1",
      KUNJI_SANDBOX_PORT: "0",
      KUNJI_PORT: "80",
      KUNJI_DATA: "/data",
      KUNJI_SANDBOX_HOSTS: "a.test, b.test",
    };
    expect(readSettings(env)).toEqual({
      host: "::1",
      port: 0,
      hosts: ["a.test", "b.test"],
      file: resolve("/data/sandbox/sandbox.sqlite"),
      gatewayOrigin: "http://127.0.0.1:80",
    });
    for (const name of Object.keys(env)) expect(settingsHelp).toContain(`${name} `);
  });

  it.each([
    ["KUNJI_SANDBOX_PORT", "http", "8080"],
    ["KUNJI_SANDBOX_PORT", "65536", "65535"],
    ["KUNJI_SANDBOX_PORT", "-1", "1"],
    ["KUNJI_PORT", "0", "1"],
    ["KUNJI_SANDBOX_HOST", "http://x", "x"],
    ["KUNJI_SANDBOX_HOSTS", "a.test/b", "a.test"],
    ["KUNJI_DATA", "a\0b", "a"],
  ])("refuse %s=%j in one sentence that names it, and take %j", (name, bad, good) => {
    let message = "";
    try {
      readSettings({ [name]: bad });
    } catch (error) {
      expect(error).toBeInstanceOf(SettingError);
      message = (error as Error).message;
    }
    expect(message).toMatch(new RegExp(`^${name} must be .+\\.$`));
    expect(() => readSettings({ [name]: good })).not.toThrow();
  });
});
