import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { fileName, looks, writeIndex } from "../pages/shots.mjs";

const folder = mkdtempSync(join(tmpdir(), "kunji-shots-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pages = ["overview", "sign-in, a code", "a link", "webhooks"].map((name) => ({
  group: "dashboard",
  name,
}));
function takePicture({ group, name }, look) {
  writeFileSync(join(folder, `${fileName(`${group}-${name}`)}-${look}.png`), "");
}
/** The pages that the index shows, in its order. */
const shown = (file) =>
  [...readFileSync(file, "utf8").matchAll(/<h2>dashboard: ([^<]+)<\/h2>/g)].map(([, name]) => name);

it("shows every page whose pictures are there, whenever they were taken, in the order of the pages", async () => {
  for (const page of [pages[3], pages[1], pages[0]])
    for (const look of Object.keys(looks)) takePicture(page, look);
  // Half a page is none.
  takePicture(pages[2], "light");
  expect(shown(await writeIndex(pages, folder))).toEqual(["overview", "sign-in, a code", "webhooks"]);
  for (const look of Object.keys(looks)) takePicture(pages[2], look);
  expect(shown(await writeIndex(pages, folder))).toEqual([
    "overview",
    "sign-in, a code",
    "a link",
    "webhooks",
  ]);
});
