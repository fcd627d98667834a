// The set-ups that the proxies are measured in.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newPostgres } from "../../../packages/gateway/test/support/postgres.ts";
import { figuresOf } from "./figures.mjs";
import { openGateways } from "./gateways.mjs";
import { coresFor } from "./programs.mjs";
import { runRounds } from "./rounds.mjs";
import { openStandIn } from "./stand-in.mjs";
import { openTargets } from "./targets.mjs";

/** In bytes: a quote's or a balance's. */
const short = 300;

/**
 * By name: what is said of it, an answer's bytes, whether the stand-in speaks TLS, how many processes of each there are, and over
 * how many connections of users the gateways' calls are spread.
 */
export const setUps = {
  plain: { about: "one process each", bytes: short, tls: false, count: 1, users: 1 },
  tls: { about: "one process each, before a broker with TLS", bytes: short, tls: true, count: 1, users: 1 },
  large: { about: "one process each, answers of 1 MB", bytes: 1_000_000, tls: false, count: 1, users: 1 },
  spread: {
    about: "one process each, the gateway's calls over 200 users",
    bytes: short,
    tls: false,
    count: 1,
    users: 200,
  },
  two: {
    about: "two processes each, the gateways on one PostgreSQL",
    bytes: short,
    tls: false,
    count: 2,
    users: 1,
  },
};

/** Opens what a set-up needs, measures, and takes everything down. */
export async function measureSetUp(name, { rounds, seconds, say }) {
  const { about, bytes, tls, count, users } = setUps[name];
  const cores = coresFor(count);
  const folder = mkdtempSync(join(tmpdir(), "kunji-bench-proxy-"));
  const open = [];
  const opened = (part) => {
    open.unshift(part);
    return part;
  };
  say(`${name}: ${about}`);
  try {
    const database = count > 1 ? await newPostgres() : undefined;
    if (database) opened({ close: database.drop });
    const standIn = opened(await openStandIn(join(folder, "broker"), { bytes, tls, workers: count, cores }));
    const of = { count, core: cores.measured, databaseUrl: database?.url, connections: users };
    const gateways = opened(await openGateways(folder, standIn, of));
    const { targets } = opened(await openTargets(folder, standIn, gateways, of));
    const found = await runRounds(targets, { rounds, seconds, core: cores.load, say });
    return {
      about,
      answerBytes: standIn.body.length,
      database: database ? "PostgreSQL" : "SQLite",
      cores: cores.measured === undefined ? "as the kernel likes" : cores,
      ...figuresOf(found),
    };
  } finally {
    for (const part of open) await part.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
