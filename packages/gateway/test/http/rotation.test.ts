import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { carryRotationOn } from "../../src/flows/rotate-keys.js";
import { openWhole, type WholeGateway } from "../invariants/support/whole-gateway.js";
import { newLine } from "../vault/support/vaults.js";

describe("the rotation of the API", () => {
  let whole: WholeGateway;
  beforeEach(async () => {
    whole = await openWhole();
    await whole.addApp("zebu");
  });
  afterEach(() => whole.close());
  const path = "/v1/vault/rotation";
  const post = (body: object) => whole.ask("POST", path, { body });
  const get = () => whole.ask("GET", path);
  const keys = () => join(whole.data, "gateway", "keys");
  async function finish(): Promise<void> {
    const { ports } = whole.gateway;
    while ((await ports.store.rotations.last())?.finishedAt === null)
      await carryRotationOn(ports, { owner: "test", graceMs: 0 });
  }

  it("says of none that there was none yet", async () => {
    const answer = await get();
    expect([answer.status, answer.json.code]).toEqual([404, "not_found"]);
    expect(answer.json.detail).toContain("No rotation was begun yet");
  });

  it("is answered to whoever names no key, or its own, while it runs; another key is refused", async () => {
    const [{ id: old }] = (await whole.ask("GET", "/v1/vault")).json.keys;
    const begun = await Promise.all([post({}), post({}), post({ keep: false })]);
    const [first] = begun;
    expect(begun.map(({ status, json }) => [status, json.id])).toEqual(
      begun.map(() => [200, first?.json.id]),
    );
    const key = first?.json.key;
    expect((await post({ key })).json).toMatchObject({ id: first?.json.id, finished_at: null });
    const other = await post({ key: old });
    expect([other.status, other.json.code]).toEqual([409, "rotation_running"]);
    expect((await get()).json.id).toBe(first?.json.id);
  });

  it("is never told as finished with something left, whatever key the file holds since", async () => {
    expect((await post({})).json).toMatchObject({ left: 1, finished_at: null });
    await finish();
    await writeFile(keys(), `${newLine("next")}\n${await readFile(keys(), "utf8")}`, { mode: 0o600 });
    await whole.gateway.ports.vault.followKeys();
    await whole.addApp("rmoney");
    const { keys: known } = (await whole.ask("GET", "/v1/vault")).json;
    expect(known.find(({ id }: { id: string }) => id === "next")).toMatchObject({
      state: "sealing",
      values: 1,
    });
    expect((await get()).json).toMatchObject({ left: 0, finished_at: expect.any(String) });
    expect((await post({})).json).toMatchObject({ key: "next", left: 2, finished_at: null });
    await finish();
    expect((await get()).json).toMatchObject({ key: "next", left: 0 });
  });
});
