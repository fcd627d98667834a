import type { ServerResponse } from "node:http";

/** What wants to hear of a response to the caller. */
export interface ResponseHearer {
  /** It is closed: the caller has gone, or has everything. */
  closed(): void;
  /** It takes more. */
  drained(): void;
}

const hearer = Symbol("hearer");
type Heard = ServerResponse & { [hearer]?: ResponseHearer };

// Shared by all responses, so that no call makes listeners of its own.
function onClose(this: Heard): void {
  this[hearer]?.closed();
}
function onDrain(this: Heard): void {
  this[hearer]?.drained();
}

/** Tells the hearer once the response is closed. */
export function hearResponse(response: ServerResponse, by: ResponseHearer): void {
  (response as Heard)[hearer] = by;
  response.on("close", onClose);
}

/** Tells the response's hearer once it takes more. */
export function hearDrain(response: ServerResponse): void {
  response.once("drain", onDrain);
}
