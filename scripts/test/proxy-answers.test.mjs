import { createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { flawOf } from "../../bench/support/proxy/answers.mjs";

const body = Buffer.from('{"account":"42"}');
const server = createServer((request, response) => {
  const { url, headers } = request;
  if (headers.authorization !== "Bearer right") response.writeHead(401).end();
  else if (url === "/other") response.end(body.toString().replace("42", "43"));
  else if (url === "/short") response.end(body.subarray(0, 10));
  else if (url === "/cut") {
    response.writeHead(200, { "content-length": body.length });
    response.write(body.subarray(0, 10), () => response.destroy());
  } else response.end(body);
});
let origin;
beforeAll(async () => {
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${server.address().port}`;
});
afterAll(() => server.close());

test.each([
  ["/", "Bearer right", undefined],
  ["/", "Bearer wrong", "status 401"],
  ["/other", "Bearer right", "16 bytes of another body"],
  ["/short", "Bearer right", "10 bytes of another body"],
  ["/cut", "Bearer right", "the answer broke off"],
])("A proxied answer of %s to %s is found to be %s", async (path, authorization, flaw) => {
  expect(await flawOf({ url: origin + path, headers: { authorization }, body })).toBe(flaw);
});

test("A proxy that does not answer at all is found out", async () => {
  const gone = createServer();
  await new Promise((done) => gone.listen(0, "127.0.0.1", done));
  const { port } = gone.address();
  await new Promise((done) => gone.close(done));
  expect(await flawOf({ url: `http://127.0.0.1:${port}/`, headers: {}, body })).toBe("ECONNREFUSED");
});
