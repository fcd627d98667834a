import { brokers } from "kunji";
import type { Context } from "../context.js";
import type { Place } from "../place.js";
import { Problem } from "../problem.js";
import { steer } from "../sandbox-api.js";

/**
 * Where the sandbox would send the browser.
 * @throws Problem `sandbox_refused`; where the broker has a vendor session, that may be one that has ended there
 */
export async function sandboxRedirect(
  context: Context,
  { broker }: Place,
  body: Readonly<Record<string, string>>,
): Promise<string> {
  try {
    return String((await steer(context, "POST", `${broker}/login`, body)).redirect);
  } catch (error) {
    const { vendorSession } = brokers[broker].traits;
    if (!(error instanceof Problem) || error.code !== "sandbox_refused" || !vendorSession) throw error;
    const next = `If the vendor session is not known there any more, a login makes another one: kunji login ${broker}`;
    throw new Problem(error.code, error.message, next);
  }
}
