import { inspect } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { autoshares, codes, KunjiError, Secret } from "../src/index.js";
import { headersOf, type RawServer, rawServer } from "./raw-server.js";

const runs = 10_000;
const appKey = "8f6b1c-web";
const refusal = (words: string) =>
  JSON.stringify({ State: "Failed", Step: "BaseAuthentication", Reason: words });

let server: RawServer;
let echoing = false;
beforeAll(async () => {
  server = await rawServer((head) =>
    echoing
      ? { status: 401, body: refusal(`No such user: ${head.replaceAll("\r\n", " ")}`) }
      : { status: 200, body: JSON.stringify({ State: "Succeeded", Token: "opaque-token" }) },
  );
});
afterAll(() => server.close());

/** Characters of a range of code points. */
const from = (min: number, max: number) =>
  fc.integer({ min, max }).map((point) => String.fromCodePoint(point));
const run = (unit: fc.Arbitrary<string>, maxLength = 24) => fc.string({ unit, minLength: 1, maxLength });
const ascii = from(0x20, 0x7e);
const latin = from(0x20, 0xff);
const control = from(0, 0x1f);
const nasty = fc.constantFrom(
  "\r",
  "\n",
  "\r\n",
  "\0",
  "\t",
  "\x7f",
  " ",
  "\x85",
  "\xa0",
  "ÿ",
  "é",
  "😀",
  "\ud800",
  "\u2028",
  "\ufeff",
  "Ā",
);
const injection = fc.constantFrom(
  "\r\nAuthorization: Bearer x",
  "\nEt-App-Key: y",
  "\r\n\r\nGET / HTTP/1.1\r\n",
  "%0d%0a",
  "嘊嘍Set-Cookie: a=b",
);

/** Texts as people, and people of ill will, type them. */
const credential = fc.oneof(
  { weight: 4, arbitrary: run(ascii) },
  { weight: 3, arbitrary: run(latin) },
  { weight: 1, arbitrary: run(fc.constantFrom("a", "Z", "9", ":", ",", ";", '"', "\\", "=", "ß", "ü")) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 24 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 24 }) },
  { weight: 1, arbitrary: run(control, 6) },
  { weight: 2, arbitrary: fc.tuple(run(ascii), nasty, run(ascii)).map((parts) => parts.join("")) },
  { weight: 2, arbitrary: fc.tuple(run(ascii), nasty).map((parts) => parts.join("")) },
  { weight: 1, arbitrary: fc.tuple(nasty, run(ascii)).map((parts) => parts.join("")) },
  { weight: 1, arbitrary: fc.tuple(run(ascii), injection).map((parts) => parts.join("")) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("x", "é", "€", "\n"), fc.constantFrom(4095, 4096, 4097, 8192))
      .map(([letter, length]) => letter.repeat(length)),
  },
);

/** Certain to travel: printable ASCII, no blank at either end, not over-long. */
const surelyGood = (text: string) => /^[!-~]([ -~]*[!-~])?$/.test(text) && text.length <= 4096;
/** Certain not to: no byte for it, the end of the line, or cut off by the receiver. */
const surelyBad = (text: string) =>
  text === "" || text.length > 4096 || /^[ \t]|[ \t]$/.test(text) || /[^\t\x20-\xff]|\x7f/.test(text);

const client = () => autoshares.at({ api: server.origin, login: server.origin }, { appKey });

async function failure(promise: Promise<unknown>): Promise<KunjiError | undefined> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return undefined;
  expect(error).toBeInstanceOf(KunjiError);
  return error as KunjiError;
}

const ownWords = [...Object.values(codes).flat(), "autoshares", "username", "password", "KunjiError"].join(
  "\n",
);

/** The error as every way of printing shows it, without where it was thrown. */
function shown(error: KunjiError): string {
  const { stack: _, ...fields } = Object.getOwnPropertyDescriptors(error);
  const plain = Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value]));
  return `${error.message}\n${error.detail}\n${inspect(plain, { maxStringLength: 9999 })}`;
}

function expectSilent(error: KunjiError, ...texts: readonly string[]): void {
  const text = shown(error);
  for (const secret of texts)
    if (secret.length > 3 && !ownWords.includes(secret)) expect(text).not.toContain(secret);
}

describe("AutoShares' credentials, which travel in headers", () => {
  it(`A-09 ${runs} random pairs arrive byte for byte or are refused by name before anything is sent`, async () => {
    echoing = false;
    const broker = client();
    const counts = { sent: 0, refused: 0, latin: 0 };
    for (const [username, password] of fc.sample(fc.tuple(credential, credential), {
      numRuns: runs,
      seed: 20_260_901,
    })) {
      const error = await failure(broker.login({ username, password: new Secret(password) }));
      const heads = server.take();
      if (error) {
        counts.refused++;
        expect(error.code).toBe("input_invalid");
        expect(["username", "password"]).toContain(error.field);
        expect(heads).toEqual([]);
        expect(surelyGood(username) && surelyGood(password)).toBe(false);
        expectSilent(error, username, password);
        continue;
      }
      counts.sent++;
      expect(surelyBad(username) || surelyBad(password)).toBe(false);
      if (/[\x80-\xff]/.test(username + password)) counts.latin++;
      expect(heads).toHaveLength(1);
      const headers = headersOf(heads[0] ?? "");
      const got = (wanted: string) => headers.filter(([name]) => name === wanted).map(([, value]) => value);
      expect(got("username")).toEqual([username]);
      expect(got("password")).toEqual([password]);
      expect(got("et-app-key")).toEqual([appKey]);
      expect(got("authorization")).toEqual([]);
      expect(got("content-length")).toEqual(["0"]);
    }
    expect(server.take()).toEqual([]);
    // Both ways out are walked often, else the run proves nothing.
    expect(counts.sent).toBeGreaterThan(runs / 5);
    expect(counts.refused).toBeGreaterThan(runs / 5);
    expect(counts.latin).toBeGreaterThan(runs / 20);
  }, 60_000);

  it("A-09 a server that repeats the credentials does not get them into an error", async () => {
    echoing = true;
    const broker = client();
    for (const [username, password] of fc.sample(fc.tuple(credential, credential), {
      numRuns: 1000,
      seed: 7,
    })) {
      const error = await failure(broker.login({ username, password }));
      if (!error) throw new Error("the server refuses everybody");
      expectSilent(error, username, password, appKey);
      if (error.code === "credentials_refused") expect(error.detail).toMatch(/^No such user: /);
    }
  }, 60_000);

  it("A-09 a password that begins with the user name is cut out of the broker's words as a whole", async () => {
    echoing = true;
    const error = await failure(client().login({ username: "deepak", password: "deepak-Tail42" }));
    expect(error?.detail).toContain("[secret]");
    expect(error?.detail).not.toContain("Tail42");
  });

  it.each([undefined, null, 42, {}, ["list"], Symbol("s"), new Date(0)])(
    "A-09 a value that is no text is refused by name: %s",
    async (value) => {
      for (const field of ["username", "password"]) {
        const input = { username: "deepak", password: "Marina-15", [field]: value } as never;
        server.take();
        expect(await failure(client().login(input))).toMatchObject({ code: "input_invalid", field });
        expect(server.take()).toEqual([]);
      }
    },
  );
});
