import { gzipSync } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";

/** A text that is the same for everybody, such as a stylesheet. */
export interface FixedText {
  readonly type: string;
  readonly text: string;
  /** How long browsers may keep it, in seconds. */
  readonly keepS: number;
}

/** Whether a browser takes gzip: it names it, and not with the weight of nothing. */
const takesGzip = (accepted: string | undefined): boolean =>
  /(?:^|,)\s*(?:gzip|\*)\s*(?:;(?!\s*q=0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)/i.test(accepted ?? "");

/**
 * Answers with a text that never changes, packed once for those who can unpack it. What holds anything of anybody's is sent
 * as it is: its length, packed, would tell of what is in it.
 */
export function sendFixedText({ type, text, keepS }: FixedText) {
  const packed = gzipSync(text, { level: 9 });
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    reply.headers({
      "content-type": `${type}; charset=utf-8`,
      "cache-control": `public, max-age=${keepS}`,
      vary: "accept-encoding",
    });
    return takesGzip(request.headers["accept-encoding"])
      ? reply.header("content-encoding", "gzip").send(packed)
      : reply.send(text);
  };
}
