import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { plainAnswer } from "./support/nasty-server.js";
import { newProxyWorld, type ProxyWorld } from "./support/proxy-world.js";
import type { RawAnswer } from "./support/raw-call.js";
import { rawUpload } from "./support/raw-upload.js";

const [[, onFile]] = databases;
const mebibyte = 1_048_576;
const digest = (data: Buffer): string => createHash("sha256").update(data).digest("hex");
const order = "/NorenWClientAPI/PlaceOrder";
const read = "/NorenWClientAPI/GetQuotes";

describe("a large body", () => {
  let world: ProxyWorld;
  beforeAll(async () => {
    world = await newProxyWorld(await onFile(), { brokers: ["zebu"] });
    await world.connect("zebu");
    await world.moveTo("zebu", "nasty");
  }, 60_000);
  beforeEach(() => {
    world.nasty.arrived.length = 0;
    world.nasty.aborted.length = 0;
    world.nasty.answer(plainAnswer);
  });
  afterAll(() => world.close(), 60_000);

  /** A request that is written piece by piece. */
  function begin(path: string, headers: Record<string, string | number>, port = world.port): ClientRequest {
    const request = httpRequest({
      host: "127.0.0.1",
      port,
      path: `/v1/connections/zebu/proxy${path}`,
      method: "POST",
      headers: { authorization: `Bearer ${world.keys.money}`, ...headers },
    });
    request.on("error", () => undefined);
    return request;
  }

  const upload = (path: string, pieces: readonly Buffer[]) =>
    rawUpload(
      world.port,
      `/v1/connections/zebu/proxy${path}`,
      [["authorization", `Bearer ${world.keys.money}`]],
      pieces,
    );
  const codeOf = ({ body }: RawAnswer): unknown => JSON.parse(body.toString()).code;

  async function answerTo(request: ClientRequest): Promise<{ status: number; code: unknown }> {
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return { status: response.statusCode ?? 0, code: JSON.parse(Buffer.concat(chunks).toString()).code };
  }

  it.each([read, order])("of 9 MB arrives byte for byte, by its length or in chunks (%s)", async (path) => {
    const body = randomBytes(9_000_000);
    const declared = begin(path, { "content-length": body.length });
    declared.end(body);
    expect((await answerTo(declared)).status).toBe(200);
    const chunked = begin(path, { "transfer-encoding": "chunked" });
    for (let at = 0; at < body.length; at += 100_000) chunked.write(body.subarray(at, at + 100_000));
    chunked.end();
    expect((await answerTo(chunked)).status).toBe(200);
    expect(world.nasty.arrived.map((each) => digest(each.body))).toEqual([digest(body), digest(body)]);
    const names = world.nasty.arrived.map(({ rawHeaders }) =>
      rawHeaders
        .filter((name) => /^(?:content-length|transfer-encoding)$/i.test(name))
        .map((name) => name.toLowerCase()),
    );
    expect(names).toEqual([["content-length"], ["transfer-encoding"]]);
  });

  it("of 50 MB is refused: at once by its length, in chunks once it is too long, and never arrives whole", async () => {
    const declared = begin(order, { "content-length": 50 * mebibyte });
    declared.write("x");
    expect(await answerTo(declared)).toEqual({ status: 413, code: "body_too_large" });
    declared.destroy();
    expect(world.nasty.arrived).toEqual([]);
    const pieces = Array.from({ length: 50 }, () => Buffer.alloc(mebibyte, "x"));
    const chunked = await upload(order, pieces);
    expect([chunked.status, codeOf(chunked)]).toEqual([413, "body_too_large"]);
    expect(world.nasty.arrived).toEqual([]);
    expect((await upload(order, pieces.slice(0, 9))).status).toBe(200);
    expect(world.nasty.arrived).toHaveLength(1);
  });

  it("of an answer comes back byte for byte up to the limit, and is refused or cut above it", async () => {
    const body = randomBytes(9_000_000);
    const answered = (bytes: Buffer, declared: boolean) => {
      world.nasty.answer((_, response) => {
        response.writeHead(200, {
          "content-type": "application/octet-stream",
          ...(declared && { "content-length": bytes.length }),
        });
        for (let at = 0; at < bytes.length; at += 100_000) response.write(bytes.subarray(at, at + 100_000));
        response.end();
      });
      return world.call("zebu", read, { method: "POST" });
    };
    for (const declared of [true, false]) {
      const answer = await answered(body, declared);
      expect([answer.status, answer.whole, digest(answer.body)]).toEqual([200, true, digest(body)]);
    }
    const huge = Buffer.alloc(50 * mebibyte, "y");
    const refused = await answered(huge, true);
    expect([refused.status, JSON.parse(refused.body.toString()).code]).toEqual([502, "answer_too_large"]);
    const cut = await answered(huge, false);
    expect([cut.status, cut.whole]).toEqual([200, false]);
    expect(cut.body.length).toBeLessThanOrEqual(10 * mebibyte);
  });

  it("waits for a caller who reads slowly instead of piling up", async () => {
    const piece = Buffer.alloc(65_536, "z");
    let written = 0;
    // More than the sockets' own buffers take in.
    const size = 100 * mebibyte;
    const gateway = await world.serve(world.ports, { answerBytes: size });
    world.nasty.answer((_, response) => {
      response.writeHead(200, { "content-type": "application/octet-stream", "content-length": size });
      const more = (): void => {
        while (written < size) {
          written += piece.length;
          if (!response.write(piece)) return void response.once("drain", more);
        }
        response.end();
      };
      more();
    });
    const request = begin(read, { "content-length": 0 }, gateway.port);
    request.end();
    const [response] = (await once(request, "response")) as [IncomingMessage];
    // Nothing is read: the sockets' buffers fill up, and then nothing comes any more.
    let before = -1;
    await expect
      .poll(
        () => {
          const still = written === before;
          before = written;
          return still;
        },
        { interval: 200 },
      )
      .toBe(true);
    expect(written).toBeLessThan(size);
    let taken = 0;
    for await (const chunk of response) taken += chunk.length;
    expect(taken).toBe(size);
    await gateway.close();
  });

  it("waits for a broker who reads slowly instead of piling up", async () => {
    const size = 100 * mebibyte;
    const gateway = await world.serve(world.ports, { requestBytes: size });
    let letGo: () => void = () => undefined;
    world.nasty.answer((request, response) => {
      request.pause();
      letGo = () => void request.resume();
      request.on("end", () => plainAnswer(request, response));
    }, true);
    const piece = Buffer.alloc(65_536, "z");
    let written = 0;
    const request = begin(order, { "content-length": size }, gateway.port);
    const answer = answerTo(request);
    const more = (): void => {
      while (written < size) {
        written += piece.length;
        if (!request.write(piece)) return void request.once("drain", more);
      }
      request.end();
    };
    more();
    await expect.poll(() => written).toBeGreaterThan(mebibyte);
    let before = -1;
    await expect
      .poll(
        () => {
          const still = written === before;
          before = written;
          return still;
        },
        { interval: 500, timeout: 10_000 },
      )
      .toBe(true);
    expect(written).toBeLessThan(size);
    letGo();
    expect((await answer).status).toBe(200);
    expect(world.nasty.arrived.map(({ body }) => body.length)).toEqual([size]);
    await gateway.close();
  });

  it("is no longer taken from a broker once the caller has gone", async () => {
    world.nasty.answer((_, response) => {
      response.writeHead(200, { "content-type": "application/octet-stream" });
      response.write(Buffer.alloc(100_000));
    });
    const reading = begin(read, { "content-length": 0 });
    reading.end();
    await once(reading, "response");
    expect(world.nasty.aborted).toEqual([]);
    reading.destroy();
    await expect.poll(() => world.nasty.aborted).toEqual([read]);
    // Before the answer's head, too.
    world.nasty.answer(() => undefined);
    const waiting = begin(read, { "content-length": 0 });
    waiting.end();
    await expect.poll(() => world.nasty.arrived.length).toBe(2);
    waiting.destroy();
    await expect.poll(() => world.nasty.aborted).toEqual([read, read]);
    // And while the body is on its way: then it never arrives whole.
    const uploading = begin(order, { "content-length": 5 * mebibyte });
    uploading.write(Buffer.alloc(mebibyte));
    world.nasty.answer(() => undefined, true);
    await new Promise((resolve) => setTimeout(resolve, 100));
    uploading.destroy();
    await expect.poll(() => world.nasty.aborted.length).toBe(3);
    expect(world.nasty.arrived).toHaveLength(2);
    expect(world.signalled.filter((line) => line === "proxied zebu 499").length).toBe(3);
  });

  it("that the broker refuses before its end brings the broker's answer back", async () => {
    world.nasty.answer((_, response) => {
      response.writeHead(413, { "content-type": "application/json" });
      response.end('{"code":"theirs"}');
    }, true);
    // The rest is taken from the caller, and thrown away.
    const answer = await upload(
      order,
      Array.from({ length: 8 }, () => Buffer.alloc(mebibyte, "x")),
    );
    expect([answer.status, codeOf(answer)]).toEqual([413, "theirs"]);
  });
});
