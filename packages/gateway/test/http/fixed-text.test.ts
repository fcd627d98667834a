import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { type ApiWorld, newApiWorld } from "./support/api-world.js";

let world: ApiWorld;
beforeAll(async () => {
  world = await newApiWorld(await databases[0][1]());
});
afterAll(() => world.close());

const asked = (url: string, accepted?: string) =>
  world.server.inject({
    url,
    headers: { host: "127.0.0.1:4700", ...(accepted !== undefined && { "accept-encoding": accepted }) },
  });

it.each(["/style.css", "/dashboard.js"])(
  "packs %s for those who take it packed, and for no other",
  async (url) => {
    const plain = await asked(url);
    expect([plain.statusCode, plain.headers["content-encoding"], plain.headers.vary]).toEqual([
      200,
      undefined,
      "accept-encoding",
    ]);
    expect(plain.body).toContain(url.endsWith("css") ? "@media" : "addEventListener");
    for (const accepted of ["gzip", "br, GZIP;q=0.8", "deflate,gzip ,br", "*"]) {
      const packed = await asked(url, accepted);
      expect([accepted, packed.headers["content-encoding"]]).toEqual([accepted, "gzip"]);
      expect(gunzipSync(packed.rawPayload).toString()).toBe(plain.body);
      expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
      expect(packed.headers["content-type"]).toBe(plain.headers["content-type"]);
    }
    for (const refused of ["", "br", "gzip;q=0", "gzip; q=0.000", "xgzip", "gzipped"]) {
      const { headers, body } = await asked(url, refused);
      expect([refused, headers["content-encoding"]]).toEqual([refused, undefined]);
      expect(body).toBe(plain.body);
    }
  },
);

it("packs no page", async () => {
  const { headers } = await asked("/sign-in", "gzip");
  expect(headers["content-encoding"]).toBeUndefined();
});
