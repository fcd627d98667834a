import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { newKeyText } from "../../src/flows/api-keys.js";
import { ownKey } from "../../src/own-key.js";
import { SettingError } from "../../src/setting-error.js";
import { databases } from "../support/databases.js";
import { newWorld, type TestWorld } from "../support/world.js";

describe.each(databases)("who starts on a used database without a setting's key, on %s", (_name, open) => {
  let world: TestWorld;
  let data: string;
  let file: string;
  let kept: string;
  beforeAll(async () => {
    world = await newWorld(await open());
    data = await mkdtemp(join(tmpdir(), "kunji-fits-"));
    file = join(data, "gateway", "api-key");
    expect((await start("operator")).join()).toContain("was made in");
    kept = await readFile(file, "utf8");
  });
  afterEach(() => writeFile(file, kept, { mode: 0o600 }));
  afterAll(async () => {
    await world.close();
    await rm(data, { recursive: true });
  });

  async function start(tenant: string, demo = false): Promise<readonly string[]> {
    const said: string[] = [];
    const settings = { apiKey: undefined, data, tenant, demo };
    await ownKey(world.ports, settings, (sentence) => void said.push(sentence));
    return said;
  }

  it("is told nothing where all fits", async () => {
    expect(await start("operator")).toEqual([]);
  });

  it("is told what to do where the file is gone", async () => {
    await rm(file);
    const said = await start("operator");
    expect(said).toHaveLength(1);
    for (const word of [file, "KUNJI_API_KEY"]) expect(said[0]).toContain(word);
  });

  it("is told what to do where the file's key opens nothing, without the key", async () => {
    const foreign = newKeyText(world.ports).reveal();
    await writeFile(file, foreign, { mode: 0o600 });
    const said = await start("operator");
    expect(said).toHaveLength(1);
    for (const word of [file, "KUNJI_API_KEY"]) expect(said[0]).toContain(word);
    expect(said[0]).not.toContain(foreign);
  });

  it("is told what to do where the tenant is not there, or is one that a tenant has made", async () => {
    await world.store.tenants.add("made", { name: "made", madeBy: "operator", at: world.now() });
    for (const tenant of ["nobody", "made"]) {
      const said = await start(tenant);
      expect(said).toHaveLength(1);
      for (const word of [tenant, "KUNJI_TENANT"]) expect(said[0]).toContain(word);
    }
  });

  it("is refused with that sentence alone where the demo would put its apps into no tenant", async () => {
    const [sentence = ""] = await start("nobody");
    await expect(start("nobody", true)).rejects.toThrow(new SettingError(sentence));
    expect(await start("operator", true)).toEqual([]);
  });
});
