import { Agent, fetch } from "undici";
import { begunInTime } from "../upstream/begun-in-time.js";

const dispatcher = new Agent({ allowH2: false }).compose(begunInTime);

/** What brokers are reached by, but for forwarded calls. */
export async function brokerFetch(url: string, init: RequestInit): Promise<Response> {
  type Init = Parameters<typeof fetch>[1];
  const answer = await fetch(url, { ...init, dispatcher } as Init);
  return answer as unknown as Response;
}
