import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { autoshares, nuvama, rmoney, ventura, zebu } from "kunji/wire";
import { describe, expect, it } from "vitest";
import { sealToken } from "../../sandbox/src/brokers/nuvama.js";
import { checksum as rmoneyChecksum } from "../../sandbox/src/brokers/rmoney.js";
import { indiaDateTime, indiaTimeDate } from "../../sandbox/src/brokers/shared/india-clock.js";
import { checksum as venturaChecksum } from "../../sandbox/src/brokers/ventura.js";
import { checksum as zebuChecksum } from "../../sandbox/src/brokers/zebu.js";
import { openToken } from "../src/brokers/nuvama.cipher.js";
import { sha256Hex } from "../src/checksum.js";
import { indiaTime } from "../src/india-time.js";
import {
  brokerIds,
  claimIds,
  type Fact,
  fact,
  facts,
  files,
  partsOf,
  type Sealing,
  sealingOf,
} from "./vector-files.js";

const verdicts = ["agrees", "page contradicts itself", "silent: we chose"];
const fields = ["id", "claims", "what", "source", "input", "printed", "computed", "verdict", "chosen"];

describe("the files", () => {
  it("each broker has one, and together they hold at least 60 facts", () => {
    expect(files.map(({ broker }) => broker)).toEqual([...brokerIds]);
    for (const file of files) {
      expect(Object.keys(file)).toEqual(["broker", "page", "facts"]);
      expect(file.facts.length).toBeGreaterThan(10);
    }
    expect(facts.length).toBeGreaterThanOrEqual(60);
  });

  it("ids are unique and begin with the broker", () => {
    expect(new Set(facts.map(({ id }) => id)).size).toBe(facts.length);
    for (const { broker, facts: own } of files)
      for (const { id } of own) expect(id).toMatch(new RegExp(`^${broker}-[a-z0-9]+(?:-[a-z0-9]+)*$`));
  });

  it.each(facts.map((one) => [one.id, one] as const))("%s has the fields of a fact", (_, one) => {
    const keys = Object.keys(one);
    expect(keys).toEqual(fields.filter((field) => keys.includes(field)));
    expect(verdicts).toContain(one.verdict);
    for (const text of [one.what, one.source]) expect(text).toMatch(/\S/);
    expect(one.claims.length).toBeGreaterThan(0);
    for (const claim of one.claims) expect(claimIds, claim).toContain(claim);
    // Where the page does not settle it, we say what we take; where it agrees, something is there to agree with.
    if (one.verdict === "agrees") expect(one.printed ?? one.computed).toBeDefined();
    else expect(one.chosen).toMatch(/\S/);
    if (one.verdict === "page contradicts itself") expect(one.printed).toBeDefined();
  });

  it("every verdict occurs at every broker", () => {
    for (const { broker, facts: own } of files)
      expect(new Set(own.map(({ verdict }) => verdict)), broker).toEqual(new Set(verdicts));
  });
});

const sha256 = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");
const ivOf = ({ key, iv }: Pick<Sealing, "key" | "iv">): Buffer => {
  if (iv === "zero") return Buffer.alloc(16);
  if (iv === "prefix") return Buffer.from(Array.from({ length: 16 }, (_, i) => i * 17));
  return Buffer.from(iv === "key-start" ? key.slice(0, 16) : key.slice(16));
};

function sealed(sealing: Sealing): string {
  const cipher = createCipheriv("aes-256-cbc", sealing.key, ivOf(sealing));
  const prefix = sealing.iv === "prefix" ? ivOf(sealing) : Buffer.alloc(0);
  return Buffer.concat([prefix, cipher.update(sealing.text, "utf8"), cipher.final()]).toString("base64");
}

const asText = (value: unknown) => value as string;
const asNumber = (value: unknown) => value as number;
const length = ({ printed }: Fact) => asText(printed).length;
const unitMs = { minutes: 60_000, hours: 3_600_000 };
const duration = ({ printed }: Fact) => {
  const [, count, unit] = /^(\d+) (minutes|hours)/.exec(asText(printed)) ?? [];
  return Number(count) * unitMs[unit as keyof typeof unitMs];
};
const inIndia = (text: unknown) => Date.parse(`${asText(text).replace(" ", "T")}+05:30`);
const lasts = ({ input }: Fact) => asNumber(input?.exp) - asNumber(input?.iat);

/** How every computed value comes about, written without the code that it judges. */
const recipes: Readonly<Record<string, (one: Fact) => unknown>> = {
  "ventura-request-token-life": duration,
  "ventura-request-token-shape": length,
  "ventura-app-key-shape": length,
  "ventura-data-is-a-sha256": length,
  "ventura-auth-token-life": duration,
  "ventura-auth-token-exp-minus-iat": lasts,
  "ventura-auth-expiry-zone": ({ printed }) => inIndia(printed),
  "ventura-refresh-expiry": ({ input }) => (asNumber(input?.iat) + 72 * 3600) * 1000,
  // RSA-2048, then what AES-GCM takes and gives.
  "ventura-refresh-token-parts": ({ computed }) => [2048 / 8, 12, (computed as number[])[2], 16],
  "autoshares-lifetime": duration,
  "nuvama-vendor-success": ({ printed }) => (printed as { msg: string }).msg.length,
  "nuvama-vendor-life": duration,
  "nuvama-srvtm": ({ input }) => new Date(asNumber(input?.srvTm)).toISOString(),
  "nuvama-key-composition": ({ input }) => asText(input?.password) + asText(input?.vendorToken).slice(-16),
  "nuvama-password-length": ({ printed }) => (printed as { sample: string }).sample.length,
  "nuvama-sample-encrtkn": ({ printed }) =>
    Math.floor(((printed as { characters: number }).characters * 6) / 8),
  "nuvama-sample-ordsrctkn": ({ printed }) => asText(printed).replace(" ", ""),
  "nuvama-idle": duration,
  "nuvama-wrong-iv": ({ input }) => {
    const { key, sealed: text, iv } = input as unknown as Sealing & { sealed: string };
    const cipher = createDecipheriv("aes-256-cbc", key, ivOf({ key, iv }));
    const opened = Buffer.concat([cipher.update(text, "base64"), cipher.final()]);
    expect(opened.subarray(0, 16).every((byte) => byte >= 0x20 && byte < 0x7f)).toBe(false);
    return opened.subarray(16).toString();
  },
  "zebu-code-shape": length,
  "zebu-expires-in": ({ printed }) => Number(printed),
  "zebu-expires-in-as-a-moment": ({ input }) => new Date(Number(input?.expires_in) * 1000).toISOString(),
  "zebu-request-time": ({ printed }) => {
    const [, time, day, month, year] = /^(\S+) (\d+)-(\d+)-(\d+)$/.exec(asText(printed)) ?? [];
    return new Date(inIndia(`${year}-${month}-${day} ${time}`)).toISOString();
  },
  "rmoney-checksum-sample": ({ printed }) => (printed as { characters: number }).characters,
  "rmoney-session-life": lasts,
};

function recomputed(one: Fact): unknown {
  const parts = partsOf(one);
  if (parts) return sha256(parts.join(""));
  const sealing = sealingOf(one);
  return sealing ? sealed(sealing) : recipes[one.id]?.(one);
}

describe("what is computed", () => {
  const computed = facts.filter((one) => one.computed !== undefined);

  it.each(computed.map((one) => [one.id, one] as const))("%s comes out again", (_, one) => {
    expect(recomputed(one)).toEqual(one.computed);
  });

  it("a printed hash that contradicts its input is no part of the right one", () => {
    for (const id of ["zebu-checksum-worked-example", "zebu-checksum-curl-sample"]) {
      const { printed, computed: right } = fact(id);
      expect(asText(printed)).toMatch(/^[0-9a-f]+$/);
      expect(asText(printed)).not.toHaveLength(64);
      expect(asText(right).includes(asText(printed))).toBe(false);
    }
  });

  it("the 33 bytes of Nuvama's sample are no AES-CBC text, those of our vectors are", () => {
    expect(asNumber(fact("nuvama-sample-encrtkn").computed) % 16).not.toBe(0);
    const own = facts.filter(sealingOf);
    expect(own).toHaveLength(4);
    for (const { computed: text } of own) expect(Buffer.from(asText(text), "base64").length % 16).toBe(0);
  });

  it("RMoney's hash depends on the order of its parts", () => {
    expect(fact("rmoney-checksum-order").computed).not.toBe(fact("rmoney-checksum-recipe").computed);
  });
});

describe("the client agrees", () => {
  const hashes = facts.filter(partsOf);

  it.each(hashes.map((one) => [one.id, one] as const))("%s: the same checksum", async (_, one) => {
    expect(await sha256Hex(...(partsOf(one) ?? []))).toBe(one.computed);
  });

  const ciphers = facts.filter(sealingOf);
  it.each(ciphers.map((one) => [one.id, one] as const))("%s: the token opens", async (_, one) => {
    const { key, iv, text } = sealingOf(one) as Sealing;
    const vendorToken = asText(fact("nuvama-key-composition").input?.vendorToken);
    expect(await openToken(asText(one.computed), vendorToken, key.slice(0, 16), iv)).toBe(text);
    // Through a query string that was not encoded: blanks for pluses, no padding.
    const mangled = asText(one.computed).replaceAll("+", " ").replace(/=+$/, "");
    expect(await openToken(mangled, vendorToken, key.slice(0, 16), iv)).toBe(text);
  });

  it("nuvama-wrong-iv: a token opened with another IV is a typed error, not a damaged token", async () => {
    const { key, sealed: text } = fact("nuvama-wrong-iv").input as unknown as { key: string; sealed: string };
    const opened = openToken(text, key.slice(16), key.slice(0, 16), "key-start");
    await expect(opened).rejects.toMatchObject({ code: "decryption_failed", broker: "nuvama" });
  });

  it("the ends of Ventura's tokens are read on India's clock", () => {
    for (const id of ["ventura-auth-expiry-zone", "ventura-refresh-expiry"])
      expect(indiaTime(asText(fact(id).printed)), id).toBe(fact(id).computed);
  });
});

describe("the sandbox agrees", () => {
  it("its checksums are the vectors'", () => {
    const [appKey = "", appSecret = ""] = partsOf(fact("ventura-data-recipe")) ?? [];
    expect(venturaChecksum(appKey, appSecret)).toBe(fact("ventura-data-recipe").computed);
    for (const id of ["zebu-checksum-worked-example", "zebu-checksum-curl-sample", "zebu-checksum-recipe"]) {
      const [clientId = "", secret = "", code = ""] = partsOf(fact(id)) ?? [];
      expect(zebuChecksum(clientId, secret, code), id).toBe(fact(id).computed);
    }
    const [userId = "", authCode = "", apiSecret = ""] = partsOf(fact("rmoney-checksum-recipe")) ?? [];
    expect(rmoneyChecksum(userId, authCode, apiSecret)).toBe(fact("rmoney-checksum-recipe").computed);
    expect(rmoneyChecksum(userId, authCode, apiSecret)).not.toBe(fact("rmoney-checksum-order").computed);
  });

  it("its cipher is the vector of the zero IV", () => {
    const { key, text } = sealingOf(fact("nuvama-iv-zero")) as Sealing;
    expect(sealToken(text, key.slice(0, 16), key.slice(16))).toBe(fact("nuvama-iv-zero").computed);
  });

  it("its clocks print what the pages print", () => {
    const { printed, computed } = fact("ventura-auth-expiry-zone");
    expect(indiaDateTime(asNumber(computed))).toBe(printed);
    const request = fact("zebu-request-time");
    expect(indiaTimeDate(Date.parse(asText(request.computed)))).toBe(request.printed);
  });
});

describe("the shared names agree to the letter", () => {
  const printed = (id: string) => fact(id).printed;

  it("messages", () => {
    expect(autoshares.states.succeeded).toBe((printed("autoshares-success") as { State: string }).State);
    expect({ actCd: "52", ...nuvama.errors.vendorDetails }).toEqual(printed("nuvama-vendor-failure"));
    expect({ actCd: "52", ...nuvama.errors.sourceToken }).toEqual(printed("nuvama-session-expired"));
    expect(nuvama.vendorLoggedOut).toBe((printed("nuvama-vendor-logout") as { msg: string }).msg);
    expect({ stat: zebu.stat.failed, emsg: zebu.messages.code }).toEqual(printed("zebu-bad-code"));
    expect({ stat: zebu.stat.failed, emsg: zebu.messages.refresh }).toEqual(printed("zebu-bad-refresh"));
    expect(zebu.messages.session).toBe(fact("zebu-session-expired").chosen);
    expect(rmoney.messages).toEqual({
      code: printed("rmoney-bad-code"),
      notLoggedIn: printed("rmoney-not-logged-in"),
      keyExpired: printed("rmoney-key-expired"),
      keyMissing: printed("rmoney-key-missing"),
      internal: printed("rmoney-internal"),
    });
  });

  it("paths", () => {
    expect(`POST ${ventura.paths.exchange}`).toBe(printed("ventura-exchange-path"));
    expect(`POST ${autoshares.paths.token}`).toBe(printed("autoshares-token-path"));
    expect(`https://${autoshares.hosts.api}${autoshares.base}${autoshares.paths.token}`).toBe(
      printed("autoshares-base-url"),
    );
    expect(`POST ${nuvama.paths.loginVendor}`.replace("/", "").replace("{vendor}", "{VendorName}")).toBe(
      printed("nuvama-vendor-path"),
    );
    expect(`POST ${zebu.paths.exchange}`).toBe(printed("zebu-exchange-path"));
    expect(`GET https://${zebu.hosts.api}${zebu.paths.login}`).toBe(printed("zebu-authorize-is-a-page"));
    expect(`https://${rmoney.hosts.api}${rmoney.paths.login}?${rmoney.query.appCode}=`).toBe(
      printed("rmoney-login-url"),
    );
    expect(`POST ${rmoney.paths.exchange}`).toBe(printed("rmoney-exchange-path"));
  });

  it("fields, in the order of the pages", () => {
    expect(Object.keys(ventura.exchangeRequest)).toEqual(printed("ventura-exchange-fields"));
    expect(Object.keys(ventura.sessionAnswer)).toEqual(printed("ventura-answer-fields"));
    const { appKey, username, password } = autoshares.headers;
    expect([appKey, username, password]).toEqual(printed("autoshares-login-headers"));
    const { success, user, state, token } = nuvama.query;
    expect([success, user, state, token]).toEqual(printed("nuvama-callback-names"));
    expect(Object.keys(zebu.exchangeRequest)).toEqual(printed("zebu-exchange-fields"));
    expect(Object.keys(zebu.exchangeAnswer).slice(0, 5)).toEqual(printed("zebu-success-fields"));
    expect(Object.keys(zebu.refreshAnswer).slice(0, 4)).toEqual(printed("zebu-refresh-answer"));
    expect([rmoney.query.authCode, rmoney.query.userId]).toEqual(printed("rmoney-callback-names"));
    expect(Object.keys(rmoney.exchangeAnswer)).toEqual(printed("rmoney-success-fields"));
  });
});
