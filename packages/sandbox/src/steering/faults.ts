import type { Hono } from "hono";
import type { SandboxBroker } from "../broker.js";
import type { Core } from "../core.js";
import { parseDuration } from "../duration.js";
import type { Fault } from "../faults/fault.js";
import { faults, findFault } from "../faults/index.js";
import { readFields } from "../http/body.js";
import { bare } from "../http/broker-routes.js";
import type { Env } from "../http/env.js";
import { Problem } from "../problem.js";
import { brokerNamed } from "./broker-param.js";

const maxTimes = 1_000_000;
const maxDelayMs = 600_000;

function faultNamed(name: unknown): Fault {
  const found = typeof name === "string" ? findFault(name) : undefined;
  if (found !== undefined) return found;
  const names = faults.map((fault) => fault.name).join(", ");
  throw new Problem(400, "unknown_fault", `There is no such fault. The faults are: ${names}.`);
}

const matches = (route: string, path: string): boolean => {
  const parts = bare(path).split("/");
  const wanted = bare(route).split("/");
  return (
    parts.length === wanted.length && wanted.every((part, i) => part.startsWith(":") || part === parts[i])
  );
};

function pathOf(broker: SandboxBroker, path: unknown): string | null {
  if (path === undefined || path === null) return null;
  const text = typeof path === "string" ? path : "";
  if (broker.routes.some((route) => bare(route.path) === bare(text) || matches(route.path, text))) {
    return bare(text) || "/";
  }
  const paths = [...new Set(broker.routes.map((route) => route.path))].join(", ");
  throw new Problem(400, "unknown_path", `${broker.name} has no such call. Its paths are: ${paths}.`);
}

function timesOf(times: unknown): number {
  const number = times === undefined ? 1 : Number(times);
  if (Number.isInteger(number) && number >= 1 && number <= maxTimes) return number;
  throw new Problem(400, "bad_times", `"times" is a whole number from 1 to ${maxTimes}.`);
}

function optionsOf({ field, delay }: Record<string, unknown>): Record<string, string> {
  if (field !== undefined && typeof field !== "string") {
    throw new Problem(400, "bad_field", '"field" is the name of a field of the answer.');
  }
  const ms = typeof delay === "string" ? parseDuration(delay) : undefined;
  if (delay !== undefined && (ms === undefined || ms < 0 || ms > maxDelayMs)) {
    throw new Problem(400, "bad_delay", '"delay" is a length of time such as "2s" or "300ms", 10m at most.');
  }
  return {
    ...(field === undefined ? {} : { field }),
    ...(delay === undefined ? {} : { delay: String(delay) }),
  };
}

/**
 * Sets the fault that the fields of a call name.
 * @throws Problem about the first field that is wrong
 */
export function setFault(
  core: Core,
  fields: Record<string, unknown>,
): { readonly id: number; readonly says: string } {
  const broker = brokerNamed(core, fields.broker);
  const fault = faultNamed(fields.fault);
  if (fault.applies !== undefined && broker.grantOf === undefined) {
    throw new Problem(
      400,
      "no_code",
      `${broker.name} has no one-time code: ${fault.name} can't happen there.`,
    );
  }
  const id = core.store.faults.add({
    broker: broker.id,
    path: pathOf(broker, fields.path),
    fault: fault.name,
    options: optionsOf(fields),
    times: timesOf(fields.times),
  });
  return { id, says: fault.says };
}

/** `GET`, `POST`, `DELETE /_sandbox/faults` */
export function faultCalls(app: Hono<Env>, core: Core): void {
  const path = "/_sandbox/faults";
  const set = () => core.store.faults.list();
  app.get(path, (c) =>
    c.json({ catalogue: faults.map(({ name, kind, says }) => ({ name, kind, says })), set: set() }),
  );
  app.post(path, async (c) => {
    const done = setFault(core, await readFields(c));
    return c.json({ ...done, set: set() }, 201);
  });
  app.delete(path, (c) => c.json({ deleted: core.store.faults.clear() }));
}
