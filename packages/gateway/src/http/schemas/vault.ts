import { z } from "zod";
import { moment } from "./values.js";

const keyId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,24}$/)
  .describe("A key's id, as in the key file");

export const vaultKey = z
  .strictObject({
    id: z.string(),
    state: z
      .enum(["sealing", "opening", "retiring"])
      .describe(
        "`sealing`: what is written now lies under it; `opening`: it only opens; `retiring`: on its way out",
      ),
    seals: z.int().describe("How many values it has sealed, or may have: counted ahead, in blocks"),
    limit: z.int().describe("How many it may seal"),
    values: z.int().describe("How many values lie under it"),
  })
  .meta({ id: "VaultKey" });

export const rotation = z
  .strictObject({
    id: z.string(),
    key: z.string().describe("The key that everything is sealed with from its begin on"),
    keep: z.boolean(),
    started_at: moment,
    finished_at: moment.nullable(),
    resealed: z.int().describe("How many values were sealed anew"),
    left: z
      .int()
      .describe(
        "How many values are still to be sealed anew, 0 once it has finished; those that can't be opened stay, and `GET /v1/vault` counts them",
      ),
  })
  .meta({ id: "Rotation" });

export const vaultState = z
  .strictObject({ keys: z.array(vaultKey), rotation: rotation.nullable().describe("The last one") })
  .meta({ id: "VaultState" });

export const postRotation = z
  .strictObject({
    key: keyId
      .optional()
      .describe(
        "Where it is left out: one that is first in the key file and not in use yet, or else a new one; while a rotation runs, its key",
      ),
    keep: z.boolean().optional().describe("Whether the keys before it stay though nothing lies under them"),
  })
  .meta({ id: "PostRotation" });
