import type { FastifyInstance } from "fastify";
import { isColour } from "../../domain/contrast.js";
import { Problem } from "../../domain/problem.js";
import type { Ports } from "../../ports/ports.js";
import { sendFixedText } from "../fixed-text.js";
import { accentStyle } from "../pages/app-look.js";
import { style, stylePath } from "../pages/style.js";

const open = { config: { guard: { kind: "open" } } } as const;
/** What has another address once it is another. */
const keepForLong = "public, max-age=31536000, immutable";

/** What pages look like: the stylesheet, and an app's accent and logo. */
export function lookRoutes(server: FastifyInstance, ports: Pick<Ports, "store">): void {
  server.get(stylePath, open, sendFixedText({ type: "text/css", text: style, keepS: 3_600 }));

  server.get<{ Params: { file: string } }>("/accents/:file", open, ({ params: { file } }, reply) => {
    const accent = `#${file.replace(/\.css$/, "")}`;
    if (!file.endsWith(".css") || !isColour(accent)) throw new Problem("not_found");
    return reply
      .headers({ "content-type": "text/css; charset=utf-8", "cache-control": keepForLong })
      .send(accentStyle(accent));
  });

  server.get<{ Params: { handle: string } }>("/logos/:handle", open, async ({ params }, reply) => {
    const logo = await ports.store.waysIn.logo(params.handle);
    if (!logo) throw new Problem("not_found");
    return reply
      .headers({ "content-type": logo.type, "cache-control": keepForLong })
      .send(Buffer.from(logo.data));
  });

  // Every browser asks for it by itself.
  server.get("/favicon.ico", open, (_, reply) =>
    reply.code(204).header("cache-control", "public, max-age=86400").send(),
  );
}
