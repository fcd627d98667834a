import { isoOf, isoOrNull } from "../../domain/iso-time.js";
import { Problem } from "../../domain/problem.js";
import { beginRotation } from "../../flows/begin-rotation.js";
import { type VaultKey, vaultKeys } from "../../flows/vault-state.js";
import type { Ports } from "../../ports/ports.js";
import type { Rotation } from "../../ports/rotations.js";
import { answers } from "../schemas/problem.js";
import { noQuery } from "../schemas/values.js";
import { postRotation, rotation, vaultState } from "../schemas/vault.js";
import { type ApiServer, operator } from "./api-server.js";

/** Values under the keys that the rotation takes out of use; what stays after its end can't be opened, and isn't left to be done. */
const leftOf = (keys: readonly VaultKey[], { finishedAt }: Rotation): number =>
  finishedAt !== null
    ? 0
    : keys.reduce((sum, { state, values }) => (state === "retiring" ? sum + values : sum), 0);

function showRotation(one: Rotation, keys: readonly VaultKey[]) {
  const { id, keyId, keep, startedAt, finishedAt, resealed } = one;
  return {
    id,
    key: keyId,
    keep,
    started_at: isoOf(startedAt),
    finished_at: isoOrNull(finishedAt),
    resealed,
    left: leftOf(keys, one),
  };
}

/** The keys that everything is sealed with, for the operator. */
export function vaultRoutes(server: ApiServer, ports: Ports): void {
  server.get(
    "/v1/vault",
    {
      config: operator,
      schema: {
        summary: "The vault's keys: which seals, how much each has sealed and what lies under it",
        querystring: noQuery,
        response: answers(200, vaultState),
      },
    },
    async () => {
      const [keys, last] = [await vaultKeys(ports), await ports.store.rotations.last()];
      return { keys: [...keys], rotation: last ? showRotation(last, keys) : null };
    },
  );

  server.post(
    "/v1/vault/rotation",
    {
      config: operator,
      schema: {
        summary:
          "Begin to seal everything with a new key, or with one of the key file; the running rotation where one runs, unless another key is named",
        body: postRotation,
        response: answers(200, rotation),
      },
    },
    async ({ caller, body }) =>
      showRotation(await beginRotation(ports, body, caller), await vaultKeys(ports)),
  );

  server.get(
    "/v1/vault/rotation",
    {
      config: operator,
      schema: {
        summary: "How far the last rotation is; `not_found` where none was begun yet",
        querystring: noQuery,
        response: answers(200, rotation),
      },
    },
    async () => {
      const last = await ports.store.rotations.last();
      if (!last)
        throw new Problem("not_found", {
          detail: "No rotation was begun yet: `POST /v1/vault/rotation` begins one.",
        });
      return showRotation(last, await vaultKeys(ports));
    },
  );
}
