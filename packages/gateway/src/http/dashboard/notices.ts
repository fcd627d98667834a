import type { FastifyReply, FastifyRequest } from "fastify";
import { goTo } from "../browser/go-to.js";
import type { Notice } from "../pages/dashboard/frame.js";

/** What may be said after a form, each under a code: an address never brings the text itself. */
export type Notices = Readonly<Record<string, Notice>>;

/** After a form: on to a page of the gateway's own, which then says what came of it. */
export const goToSaying = (reply: FastifyReply, path: string, code: string): FastifyReply =>
  goTo(reply, `${path}${path.includes("?") ? "&" : "?"}said=${encodeURIComponent(code)}`);

/** What the address says came of a form; `undefined` where it names nothing that is known. */
export function noticeIn({ query }: Pick<FastifyRequest, "query">, notices: Notices): Notice | undefined {
  const { said } = query as Readonly<Record<string, unknown>>;
  return typeof said === "string" && Object.hasOwn(notices, said) ? notices[said] : undefined;
}
