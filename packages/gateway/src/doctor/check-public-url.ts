import type { KeyObject } from "node:crypto";
import { provesInstallation } from "../domain/installation-proof.js";
import { networkCode } from "../domain/network-code.js";
import { type Found, fault, ok, warn } from "./finding.js";

/** What finds out who answers. */
export interface PublicUrlParts {
  readonly publicUrl: string;
  /** Where the gateway of these settings listens; `undefined` where its port is left to the machine. */
  readonly localUrl: string | undefined;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** A new text of chance. */
  readonly challenge: string;
  /** The keys and what is known of them; `undefined` where they can't be read here. */
  readonly keyOf:
    | ((id: string) => { readonly key: KeyObject; readonly canary: Uint8Array } | undefined)
    | undefined;
  readonly timeoutMs: number;
}

/** What came of `/ready`: no answer at all, an answer, and whether it proved to be this installation's. */
type Answer =
  | { readonly status: undefined; readonly code: string }
  | { readonly status: number; readonly proven: boolean };

async function ask(url: string, { fetch, challenge, keyOf, timeoutMs }: PublicUrlParts): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await fetch(`${url}/ready?challenge=${challenge}`, { redirect: "manual", signal });
    const text = await answer.text();
    const proof = /^\{.{0,400}"proof":"([A-Za-z0-9_.-]{1,100})"/s.exec(text)?.[1] ?? "";
    return {
      status: answer.status,
      proven: keyOf !== undefined && provesInstallation(proof, challenge, keyOf),
    };
  } catch (error) {
    return { status: undefined, code: networkCode(error) };
  }
}

const answersButLacks =
  "Let it lead to a gateway of this database and key file, of this version: another one refuses this one's users.";

function judge(url: string, answer: Answer, local: Answer | undefined, keysKnown: boolean): Found {
  if (answer.status === undefined) {
    const says = `Nothing answers at ${url} (${answer.code}).`;
    if (local?.status !== undefined || /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(answer.code))
      return fault(says, "Look at its name, its certificate and what stands before the gateway.");
    return warn(says, "Start the gateway; where it runs, look at its name and what stands before it.");
  }
  if (answer.status === 503)
    return fault(`${url} answers, and can't work.`, "Look at the other lines and at its log.");
  if (answer.status !== 200)
    return fault(
      `${url}/ready answers with ${answer.status}.`,
      "Look at what stands before the gateway: it must pass on every path.",
    );
  if (answer.proven) return ok(`${url} answers, and is this installation's.`);
  if (!keysKnown)
    return warn(
      `${url} answers.`,
      "Whose it is can't be seen without the keys and the database: mend those first.",
    );
  return fault(`${url} answers, and does not prove to be this installation's.`, answersButLacks);
}

/** Whether browsers and brokers get to this installation. */
export async function checkPublicUrl(parts: PublicUrlParts): Promise<readonly Found[]> {
  const { publicUrl, localUrl, keyOf } = parts;
  const [answer, local] = await Promise.all([
    ask(publicUrl, parts),
    localUrl === undefined || localUrl === publicUrl ? undefined : ask(localUrl, parts),
  ]);
  return [judge(publicUrl, answer, local, keyOf !== undefined)];
}
