import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Secret } from "kunji";
import { errorCode } from "../domain/error-code.js";
import { hashOf } from "../domain/hashed.js";
import { Problem } from "../domain/problem.js";
import { sealedPlaces, slotAt } from "../domain/sealed-places.js";
import type { Slot } from "../domain/slot.js";
import type { Ports } from "../ports/ports.js";

/** How long an answer is kept, in ms. */
const keptMs = 24 * 3_600_000;
/** Stands for an answer that is not kept: no answer is empty. */
const notKept = "";
/** After this a request that has no answer counts as one whose gateway died, in ms. */
const atWorkMs = 60_000;

declare module "fastify" {
  interface FastifyRequest {
    /** The hash of a request that must take effect once; `null` where it carries no idempotency key. */
    onceOnly: string | null;
  }
  interface FastifyContextConfig {
    /** Its answer shows a key or a secret once: it is not kept for whoever sends the request again. */
    showsSecret?: true;
  }
}

const slotOf = (tenant: string, id: string): Slot => slotAt(sealedPlaces.keptAnswer, tenant, id);
const hashText = (...parts: readonly string[]): string =>
  Buffer.from(hashOf("idempotency", new Secret(JSON.stringify(parts)))).toString("hex");

function keyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key === "string" && /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw new Problem("request_invalid", {
    field: "Idempotency-Key",
    detail: "An idempotency key has 1 to 200 printable characters and no space.",
  });
}

/**
 * A `POST` with an `Idempotency-Key` takes effect once: who sends it again gets the first one's answer for a day.
 * What showed a secret is not kept, and refused then. What failed is not kept, so that it can be sent again.
 */
export function answerOnce(server: FastifyInstance, ports: Ports): void {
  const { store, vault, now, signals } = ports;
  server.decorateRequest("onceOnly", null);

  async function begin(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const key = request.method === "POST" ? keyOf(request) : undefined;
    if (key === undefined) return undefined;
    const { caller, routeOptions, body, raw } = request;
    const hash = hashText(caller.id, routeOptions.url ?? "", key);
    const bodyHash = hashText(raw.url ?? "", JSON.stringify(body ?? null));
    const at = now();
    const known = await store.idempotency.begin(caller.tenant, {
      hash,
      bodyHash,
      expiresAt: at + atWorkMs,
      now: at,
    });
    if (!known) {
      request.onceOnly = hash;
      return undefined;
    }
    if (known.bodyHash !== bodyHash) throw new Problem("idempotency_key_reused");
    if (known.status === null || !known.sealedAnswer)
      throw new Problem("idempotency_in_progress", { retryAfterS: 1 });
    const answer = vault.open(slotOf(caller.tenant, hash), known.sealedAnswer).reveal();
    if (answer === notKept) throw new Problem("idempotency_answer_not_kept");
    return reply
      .code(known.status)
      .header("idempotency-replayed", "true")
      .type("application/json; charset=utf-8")
      .send(answer);
  }

  async function finish(
    { caller, onceOnly, routeOptions }: FastifyRequest,
    { statusCode }: FastifyReply,
    payload: unknown,
  ) {
    if (onceOnly === null) return;
    const { tenant } = caller;
    if (statusCode >= 400 || typeof payload !== "string") return store.idempotency.forget(tenant, onceOnly);
    const kept = routeOptions.config.showsSecret ? notKept : payload;
    const sealedAnswer = await vault.seal(slotOf(tenant, onceOnly), new Secret(kept));
    const answer = { status: statusCode, sealedAnswer, expiresAt: now() + keptMs };
    await store.idempotency.finish(tenant, onceOnly, answer);
  }

  server.addHook("preHandler", begin);
  server.addHook("onSend", async (request, reply, payload) => {
    // It has taken effect, or not: the caller must hear of it though the answer can't be kept.
    await finish(request, reply, payload).catch((error: unknown) =>
      signals.warn("idempotent_answer_not_kept", { request: request.id, code: errorCode(error) }),
    );
    return payload;
  });
}
