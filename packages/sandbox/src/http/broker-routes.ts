import type { Context, Hono, Next } from "hono";
import { type Call, json, type Route, type SandboxBroker } from "../broker.js";
import type { Core } from "../core.js";
import { answerWithFaults } from "../faults/answer-with-faults.js";
import { record } from "../ledger/record.js";
import { worldForOneCall } from "../world.js";
import { readBody } from "./body.js";
import { deliver } from "./deliver.js";
import type { Env } from "./env.js";
import { ownUrl, sandboxUrl } from "./prefix.js";

/** Paths without their trailing slash, which is optional throughout; the root is "". */
export const bare = (path: string): string => path.replace(/\/$/, "");

async function readCall(c: Context<Env>, broker: SandboxBroker): Promise<Call> {
  const { method } = c.req;
  return {
    method: method === "HEAD" ? "GET" : method,
    url: ownUrl(c.req.raw, broker),
    params: c.req.param() as Record<string, string>,
    headers: new Headers(c.req.raw.headers),
    body: await readBody(c),
  };
}

async function serve(core: Core, broker: SandboxBroker, route: Route, c: Context<Env>): Promise<Response> {
  const call = await readCall(c, broker);
  const { world, finish } = worldForOneCall(core.world);
  const path = bare(route.path) || "/";
  const here = sandboxUrl(c.req.raw, broker, c.env.incoming?.socket.localPort);
  const { delivery, fault } = await answerWithFaults(core, broker, path, { call, here, world }, () =>
    route.handle(call, world),
  );
  finish();
  const { status, body: answer } = delivery.answer;
  record(core, c, broker, call.url, { status, answer, route: path, fault });
  return deliver(c, delivery);
}

/** The broker's own calls, under `/<broker>`. */
export function brokerRoutes(app: Hono<Env>, core: Core, broker: SandboxBroker): void {
  for (const path of new Set(broker.routes.map((route) => bare(route.path)))) {
    const routes = broker.routes.filter((route) => bare(route.path) === path);
    app.all(`/${broker.id}${path}`, async (c: Context<Env>, next: Next) => {
      const wanted = c.req.method === "HEAD" ? "GET" : c.req.method;
      const route = routes.find(({ method }) => method === wanted);
      if (route !== undefined) return serve(core, broker, route, c);
      c.set("allow", [...(c.get("allow") ?? []), ...routes.map(({ method }) => method)]);
      return next();
    });
  }
}

/** What is left under `/<broker>`: 405 where the path takes other methods, else 404. */
export function unknownCalls(app: Hono<Env>, core: Core, broker: SandboxBroker): void {
  const answer = async (c: Context<Env>): Promise<Response> => {
    await readBody(c);
    const allow = [...new Set(c.get("allow") ?? [])].flatMap((method) =>
      method === "GET" ? ["GET", "HEAD"] : [method],
    );
    const refusal =
      allow.length > 0
        ? json(
            {
              error: "wrong_method",
              message: `${broker.name} takes ${allow.join(", ")} here, not ${c.req.method}.`,
            },
            405,
            { allow: allow.join(", ") },
          )
        : json(
            {
              error: "not_found",
              message: `${broker.name} has no such call in the sandbox. Paths are case-sensitive.`,
            },
            404,
          );
    record(core, c, broker, ownUrl(c.req.raw, broker), { status: refusal.status, answer: refusal.body });
    return deliver(c, { kind: "whole", answer: refusal });
  };
  app.all(`/${broker.id}`, answer);
  app.all(`/${broker.id}/*`, answer);
}
