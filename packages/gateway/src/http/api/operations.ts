import { Secret } from "kunji";
import { z } from "zod";
import { challengePattern, installationProof } from "../../domain/installation-proof.js";
import { Problem } from "../../domain/problem.js";
import type { Slot } from "../../domain/slot.js";
import { keyMissed } from "../../flows/follow-keys.js";
import type { Metrics } from "../../ports/metrics.js";
import type { Ports } from "../../ports/ports.js";
import type { VaultKeyRecord } from "../../ports/vault-records.js";
import { answers } from "../schemas/problem.js";
import { type ApiServer, open, operator } from "./api-server.js";

const state = z.strictObject({ status: z.literal("ok") });
const ready = state.extend({
  proof: z
    .string()
    .optional()
    .describe("That this is the installation of whoever holds its keys; only where it is asked for"),
});
const readyQuery = z.object({
  challenge: z
    .string()
    .regex(challengePattern)
    .optional()
    .describe("A text of chance, of 16 to 64 URL-safe characters"),
});
const probe: Slot = { tenant: "", kind: "installation", id: "ready", field: "probe" };

/** Whether the gateway runs, and whether it can work; and its numbers. */
export function operationRoutes(server: ApiServer, ports: Ports, metrics: Metrics | undefined): void {
  const { vault } = ports;
  let sealed: Uint8Array | undefined;

  /** The probe under the key that seals now: a rotation takes the ones before it out. */
  async function opensProbe(): Promise<boolean> {
    try {
      if (!sealed || !vault.isCurrent(sealed)) sealed = await vault.seal(probe, new Secret("ready"));
      return vault.open(probe, sealed).reveal() === "ready";
    } catch {
      return false;
    }
  }

  async function check(): Promise<void> {
    await ports.store.clock();
    const missed = await keyMissed(ports);
    if (missed !== undefined)
      throw new Problem("unavailable", {
        detail: `The key file lacks the key ${missed}, which values lie under: put its line into the file.`,
      });
    if (!(await opensProbe()))
      throw new Problem("unavailable", { detail: "The gateway's vault does not open what it has sealed." });
  }
  /** However many ask at once, the database is asked once. */
  let checking: Promise<void> | undefined;
  let asking: Promise<readonly VaultKeyRecord[]> | undefined;

  async function proofFor(challenge: string): Promise<string | undefined> {
    asking ??= ports.store.vaultRecords.keys().finally(() => {
      asking = undefined;
    });
    const keys = await asking;
    const signer = ports.vault.linkKey();
    const canary = keys.find(({ keyId }) => keyId === signer?.id)?.canary;
    return signer && canary && installationProof(signer, challenge, canary);
  }

  server.get(
    "/health",
    { config: open, schema: { summary: "Whether the process runs", response: answers(200, state) } },
    async () => ({ status: "ok" as const }),
  );

  server.get(
    "/ready",
    {
      config: open,
      schema: {
        summary: "Whether the database answers and the vault opens what it has sealed",
        querystring: readyQuery,
        response: answers(200, ready),
      },
    },
    async ({ query: { challenge } }) => {
      checking ??= check().finally(() => {
        checking = undefined;
      });
      await checking;
      const proof = challenge === undefined ? undefined : await proofFor(challenge);
      return { status: "ok" as const, ...(proof !== undefined && { proof }) };
    },
  );

  if (!metrics) return;
  server.get(
    "/metrics",
    { config: operator, schema: { summary: "Numbers for Prometheus" } },
    async (_, reply) => {
      const { contentType, text } = await metrics.read();
      return reply.type(contentType).send(text);
    },
  );
}
