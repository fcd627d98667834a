import { describe, expect, it } from "vitest";
import { jwtEnd } from "../src/jwt.js";

const base64url = (text: string) => Buffer.from(text).toString("base64url");
const jwt = (payload: string) => `e30.${base64url(payload)}.sig`;

describe("when a JWT ends", () => {
  it("R-10 is its exp, whatever else it says, in ms", () => {
    expect(jwtEnd(jwt('{"exp":1737534411}'))).toBe(1_737_534_411_000);
    expect(jwtEnd(jwt('{"iat":1,"exp":1.5,"sub":"x"}'))).toBe(1500);
    expect(jwtEnd(jwt('{"exp":8640000000000}'))).toBe(8_640_000_000_000_000);
  });

  it("R-10 is read from the URL's alphabet of base64 as from the plain one", () => {
    // Both of the letters that differ, each more than once.
    const url = base64url('{"exp":7,"~":"?~?~~?>>>???~~~>>?"}');
    const plain = url.replaceAll("-", "+").replaceAll("_", "/");
    expect(url).toMatch(/-.*-/);
    expect(url).toMatch(/_.*_/);
    for (const payload of [url, plain]) expect(jwtEnd(`e30.${payload}.sig`)).toBe(7000);
  });

  it.each([
    ["no part but the first", "e30"],
    ["an empty text", ""],
    ["a payload that is no base64", "e30.%.sig"],
    ["a payload that is no JSON", jwt("exp")],
    ["a payload of null", jwt("null")],
    ["no exp", jwt("{}")],
    ["an exp in a text", jwt('{"exp":"1737534411"}')],
    ["an exp of zero", jwt('{"exp":0}')],
    ["an exp before 1970", jwt('{"exp":-1}')],
    ["an exp that no clock can show", jwt('{"exp":8640000000001}')],
  ])("R-10 is not known of %s", (_what, text) => {
    expect(jwtEnd(text)).toBeUndefined();
  });
});
