import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { clientCodes } from "../../src/gateway/index.js";

const page = readFileSync(new URL("../../../../docs/errors.md", import.meta.url), "utf8");
const [, own = ""] = page.split("| the client's code |");
const [table = ""] = own.split(/^$/m);

it("docs/errors.md explains the codes of the gateway's client, in the order of its table, and no other", () => {
  const rows = [...table.matchAll(/^\| `(\w+)` \| \S.+\. \|$/gm)].map(([, code]) => code);
  expect(rows).toEqual(Object.keys(clientCodes));
});
