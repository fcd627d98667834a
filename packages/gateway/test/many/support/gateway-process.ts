import { writeSync } from "node:fs";
import { createLog } from "../../../src/adapters/signals/pino-log.js";
import { openGateway } from "../../../src/gateway.js";
import { readSettings } from "../../../src/settings.js";
import { createMarks } from "./marks.js";
import type { NumberedOrder, Order, ProcessTask, Word } from "./steering.js";

const write = (line: string): void => void writeSync(1, line.endsWith("\n") ? line : `${line}\n`);
const say = (word: Word): void => void process.send?.(word);

/** A gateway as `kunji-gateway` starts it, whose clocks and marks its parent steers. */
async function run(task: ProcessTask): Promise<void> {
  let moved = task.clock?.offsetMs ?? 0;
  let wallMoved = task.wallOffsetMs;
  const marks = createMarks(task.name);
  const gateway = await openGateway({
    settings: readSettings(task.env),
    version: "0.0.0",
    ...(task.clock && { now: () => Date.now() + moved }),
    wall: () => Date.now() + wallMoved,
    fetch: marks.fetch,
    log: createLog({ level: "debug", stream: { write } }),
    say: write,
    background: task.background,
    graceMs: task.graceMs,
    ...(task.renewals && { renewals: task.renewals }),
  });
  marks.putOnto(gateway.ports);

  const does: { readonly [name in Order["do"]]: (order: Extract<Order, { do: name }>) => void } = {
    "move clock": ({ ms }) => {
      moved += ms;
    },
    "move wall": ({ ms }) => {
      wallMoved += ms;
    },
    arm: ({ mark, act, nth }) => marks.arm(mark, act, nth),
    disarm: () => marks.disarm(),
    "go on": () => marks.goOn(),
  };
  process.on("message", ({ number, order }: NumberedOrder) => {
    (does[order.do] as (order: Order) => void)(order);
    say({ say: "done", number });
  });
  const end = async (): Promise<void> => {
    await gateway.close();
    process.exit(0);
  };
  process.once("SIGTERM", end);
  // Whose parent is gone ends too.
  process.once("disconnect", () => process.exit(1));
  say({ say: "listening", url: gateway.url });
}

run(JSON.parse(process.argv[2] ?? "") as ProcessTask).catch((error: unknown) => {
  process.stderr.write(`${String((error as Error).stack)}\n`);
  process.exit(1);
});
