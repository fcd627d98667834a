import type { FastifyReply } from "fastify";

/** Sends the browser on: always by 303, so that no form goes with it. */
export const goTo = (reply: FastifyReply, to: string): FastifyReply =>
  reply
    .code(303)
    .headers({ location: to, "cache-control": "no-store", "referrer-policy": "no-referrer" })
    .send();
