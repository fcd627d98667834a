import type { IncomingMessage } from "node:http";

/** The caller's body is larger than the gateway takes. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

/** What is sent on of a request's body. */
export interface RequestBody {
  /** In bytes; `undefined` where the caller didn't say. */
  readonly length: number | undefined;
  /** Read as a whole before the call, so that it can be sent once more. */
  readonly whole: boolean;
}

/** What a request's head says of its body. */
export function requestBodyOf(request: IncomingMessage, wholeBytes: number): RequestBody {
  const { "content-length": declared, "transfer-encoding": coding } = request.headers;
  const length = coding !== undefined ? undefined : Number(declared ?? 0);
  return { length, whole: length !== undefined && length <= wholeBytes };
}

/** Reads a body of a declared length. `done` is not called where the caller goes away before its end. */
export function readWhole(request: IncomingMessage, done: (body: Buffer) => void): void {
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  request.on("data", (chunk: Buffer) => {
    if (first === undefined) first = chunk;
    else if (more) more.push(chunk);
    else more = [first, chunk];
  });
  request.on("end", () => done(more ? Buffer.concat(more) : (first ?? Buffer.alloc(0))));
}

/**
 * A body as it comes. What nobody wants any more of it is read and thrown away, since the caller waits for an answer still.
 * Throws `BodyTooLarge` behind `most` bytes.
 */
export async function* streamed(request: IncomingMessage, most: number): AsyncGenerator<Buffer> {
  let size = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > most) throw new BodyTooLarge();
      yield chunk;
    }
  } finally {
    // Not before the loop has let go of the request.
    setImmediate(() => request.resume());
  }
}

/** Whether a request brings a body. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined ||
  (headers["content-length"] !== undefined && headers["content-length"] !== "0");
