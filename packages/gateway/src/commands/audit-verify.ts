import { parseArgs } from "node:util";
import { openReader } from "../adapters/database/open-reader.js";
import { fileLines } from "../adapters/moved-file/file-lines.js";
import type { ChainPlace } from "../domain/audit-chain.js";
import { readExport } from "../flows/audit-lines.js";
import { type AuditReader, type AuditVerdict, verifyAudit } from "../flows/verify-audit.js";
import { SettingError } from "../setting-error.js";
import { storePlaceOf } from "../store-place.js";
import { everyTenant } from "./audit-export.js";
import type { Command } from "./command.js";

const anchorForm = "<sequence>:<64 hex digits>, as a verification or the event audit.anchored gives it";
const usage =
  "kunji-gateway audit-verify takes --tenant <id>, --file <export> and, for one tenant, --anchor <sequence>:<hash> any number of times.";

interface Wish {
  readonly tenant: string | undefined;
  readonly file: string | undefined;
  readonly anchors: readonly ChainPlace[];
}

function anchorOf(text: string): ChainPlace {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (sequence === undefined || hash === undefined)
    throw new SettingError(`--anchor takes ${anchorForm}, in lower case.`);
  return { sequence: Number(sequence), hash };
}

function wishOf(args: readonly string[]): Wish {
  try {
    const options = {
      tenant: { type: "string" },
      file: { type: "string" },
      anchor: { type: "string", multiple: true, default: [] as string[] },
    } as const;
    const { tenant, file, anchor } = parseArgs({ args: [...args], options }).values;
    return { tenant, file, anchors: anchor.map(anchorOf) };
  } catch (error) {
    throw error instanceof SettingError ? error : new SettingError(usage);
  }
}

const meanings: Readonly<Record<AuditVerdict["faults"][number]["fault"], string>> = {
  changed: "was changed, put in or moved, or the one before it was",
  missing: "is missing",
  inserted: "lies behind the chain's end: nothing of the gateway's wrote it",
  erasure_unfounded: "is said to be the last one erased, of which no record tells",
  anchor_missed: "is another one than the anchor's",
  head_changed: "is the last one, and not the one that was written last",
};

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

function told(
  tenant: string,
  { intact, records, head, erased, anchorsTooOld, faults }: AuditVerdict,
  founded: boolean,
): string {
  const kept = `${counted(records, "record")}, from ${erased.sequence + 1} to ${head.sequence}`;
  const old =
    anchorsTooOld > 0 ? `; ${counted(anchorsTooOld, "anchor lies", "anchors lie")} before them` : "";
  if (intact && !founded)
    return `? ${tenant}: ${kept}, hang together${old}\n    whether the first of them is the right one can be told with the anchor before it: --anchor ${erased.sequence}:<hash>`;
  if (intact)
    return `✓ ${tenant}: whole, ${kept}${old}\n    the last one's anchor: ${head.sequence}:${head.hash}`;
  const wrong = faults.map(({ sequence, fault }) => `    record ${sequence} ${meanings[fault]}`);
  return [`✗ ${tenant}: not whole, ${kept}${old}`, ...wrong].join("\n");
}

/** Verifies each tenant and says what was found. Whether all is whole. @throws SettingError, StoreProblem */
export async function verifyAll(
  reader: AuditReader,
  tenants: AsyncIterable<string> | Iterable<string>,
  anchors: readonly ChainPlace[],
  say: (line: string) => void,
): Promise<boolean> {
  let whole = true;
  for await (const tenant of tenants) {
    const chain = await reader.audit.chain(tenant);
    if (!chain) throw new SettingError("There is no such tenant.");
    const verdict = await verifyAudit(reader, tenant, anchors);
    const founded = chain.begin !== "unknown";
    say(told(tenant, verdict, founded));
    whole &&= verdict.intact && founded;
  }
  return whole;
}

async function verifyFile(
  { file = "", tenant, anchors }: Wish,
  say: (line: string) => void,
): Promise<boolean> {
  const read = await readExport((part) => fileLines(file, part), anchors);
  const tenants = tenant === undefined ? read.tenants : [tenant];
  if (anchors.length > 0 && tenants.length !== 1) throw new SettingError(usage);
  const { unreadable, disordered } = read;
  if (unreadable !== null) say(`✗ line ${unreadable} is no record`);
  if (disordered !== null) say(`✗ line ${disordered} is out of its order`);
  if (read.tenants.length === 0) say("✗ the file holds no record");
  const whole = read.tenants.length > 0 && unreadable === null && disordered === null;
  return (await verifyAll(read, tenants, anchors, say)) && whole;
}

/** `kunji-gateway audit-verify`: walks the audit's chains, beside gateways that run, or in an export. */
export const auditVerify: Command = {
  help: "audit-verify [--tenant <id>] [--anchor <sequence>:<hash>] [--file <export>]   walks the audit's chains",
  async run(args, { settings, say }) {
    const wish = wishOf(args);
    const { tenant, anchors, file } = wish;
    let whole: boolean;
    if (file !== undefined) whole = await verifyFile(wish, say);
    else {
      if (anchors.length > 0 && tenant === undefined) throw new SettingError(usage);
      const reader = await openReader(storePlaceOf(settings));
      try {
        const tenants = tenant === undefined ? everyTenant(reader.installation) : [tenant];
        whole = await verifyAll(reader, tenants, anchors, say);
      } finally {
        await reader.close();
      }
    }
    if (!whole) process.exitCode = 1;
  },
};
