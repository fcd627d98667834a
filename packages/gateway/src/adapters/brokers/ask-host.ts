import type { Secret } from "kunji";
import { networkCode } from "../../domain/network-code.js";
import type { Egress } from "../../ports/egress.js";

/** What hosts are asked with. */
export interface AskingParts {
  /** For what goes by no proxy. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly egress: Pick<Egress, "fetch"> | undefined;
  readonly timeoutMs: number;
}

/** Sends a `GET` that carries no credential and follows no redirect, by a proxy or by none. Rejects where no answer comes. */
export async function askHost(
  url: string,
  proxy: Secret | undefined,
  { fetch, egress, timeoutMs }: AskingParts,
): Promise<Response> {
  const init = { redirect: "manual", signal: AbortSignal.timeout(timeoutMs) } as const;
  if (!proxy) return fetch(url, init);
  if (!egress) throw new Error("There is nothing to send by a proxy with.");
  return egress.fetch(proxy, url, init);
}

/** Whether a host answers anything at all, of which nothing is read; else the short code of what kept it. */
export async function hostAnswers(
  origin: string,
  proxy: Secret | undefined,
  parts: AskingParts,
): Promise<true | string> {
  try {
    const { body } = await askHost(`${origin}/`, proxy, parts);
    void body?.cancel().catch(() => undefined);
    return true;
  } catch (error) {
    return networkCode(error);
  }
}

/** The address that a sandbox sees, by a proxy or by none; `null` where it does not tell. */
export async function addressSeen(
  sandboxUrl: string,
  proxy: Secret | undefined,
  parts: AskingParts,
): Promise<string | null> {
  try {
    const answer = await askHost(`${sandboxUrl}/_sandbox/address`, proxy, parts);
    const { address } = (await answer.json()) as { readonly address?: unknown };
    return typeof address === "string" ? address : null;
  } catch {
    return null;
  }
}
