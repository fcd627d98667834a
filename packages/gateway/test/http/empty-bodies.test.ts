import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openWhole, type WholeGateway } from "../invariants/support/whole-gateway.js";

const headers = { "content-type": "application/json" };

describe("an empty body that calls itself JSON", () => {
  let whole: WholeGateway;
  beforeAll(async () => {
    whole = await openWhole();
  });
  afterAll(() => whole.close());

  it("is taken with a DELETE, and where nothing is wanted", async () => {
    const { id } = (await whole.ask("POST", "/v1/webhooks", { body: { url: "https://hooks.example/" } }))
      .json;
    expect((await whole.ask("DELETE", `/v1/webhooks/${id}`, { headers })).status).toBe(204);
    const made = await whole.ask("POST", "/v1/keys", { body: { name: "one", scopes: ["read"] } });
    expect((await whole.ask("DELETE", `/v1/keys/${made.json.id}`, { headers })).status).toBe(204);
  });

  it("is refused where a body is wanted, and so is what is no JSON", async () => {
    const empty = await whole.ask("POST", "/v1/vault/rotation", { headers });
    expect([empty.status, empty.json.detail]).toEqual([400, "The body is empty: send JSON."]);
    for (const body of ["{", '{"__proto__": {}}']) {
      const wrong = await whole.ask("POST", "/v1/vault/rotation", { headers, body });
      expect([wrong.status, wrong.json.code]).toEqual([400, "request_invalid"]);
    }
    expect((await whole.ask("POST", "/v1/vault/rotation", { headers, body: "{}" })).status).toBe(200);
  });
});
