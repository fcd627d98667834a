import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSandbox, type LedgerEntry } from "@kunji/sandbox";
import type { BrokerId } from "kunji";
import { onTestFinished } from "vitest";
import type { Ask, Io } from "../../src/io.js";
import { run } from "../../src/run.js";
import { createStore } from "../../src/store/store.js";

/** Saturday 21 November 2026, 18:00 in India. */
export const start = Date.parse("2026-11-21T18:00:00+05:30");

/** What the test that runs, or whose `beforeEach` does, leaves behind is cleared away at its end, the last first. */
export const afterwards = (clean: () => Promise<unknown>): void =>
  onTestFinished(async () => void (await clean()));

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

export interface Result {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One command that runs, and what it has said so far. */
export interface Running {
  readonly result: Promise<Result>;
  readonly said: () => string;
  /** Waits until it has said something that matches. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  interrupt(): void;
  /** Lets the time pass that the command waits for. */
  timeOut(): void;
}

type World = Partial<Pick<Io, "ask" | "openBrowser" | "fetch" | "macAddress">> & { readonly stdin?: string };

/** Answers questions in turn, and keeps what was asked. */
export function answers(...texts: (string | undefined)[]) {
  const asked: { question: string; hidden: boolean }[] = [];
  const next = (question: string, hidden: boolean) => {
    asked.push({ question, hidden });
    return Promise.resolve(texts.shift());
  };
  const ask: Ask = {
    text: (question) => next(question, false),
    secret: (question) => next(question, true),
  };
  return { ask, asked };
}

/** A sandbox over HTTP on a free port, an empty folder, and the command. */
export async function rig() {
  const clock = { now: start };
  const port = await freePort();
  const sandbox = createSandbox({ now: () => clock.now, urls: { cli: `http://127.0.0.1:${port}` } });
  afterwards(() => sandbox.close());
  const { origin } = await sandbox.listen({ port: 0 });
  const data = await mkdtemp(join(tmpdir(), "kunji-cli-"));
  afterwards(() => rm(data, { recursive: true, force: true }));
  const env: Record<string, string> = { KUNJI_DATA: data, KUNJI_SANDBOX_URL: origin, DISPLAY: ":0" };
  const everything: string[] = [];

  /** The wall clock of the tests stands where they put it, in answers too. */
  const dated: Io["fetch"] = async (url, init) => {
    const response = await fetch(url, init);
    const headers = new Headers(response.headers);
    headers.set("date", new Date(clock.now).toUTCString());
    const { status, statusText } = response;
    const bare = status === 204 || status === 304;
    return new Response(bare ? null : response.body, { status, statusText, headers });
  };

  function begin(argv: readonly string[], world: World = {}): Running {
    const interrupt = new AbortController();
    const timers = new Set<() => void>();
    const waiting = new Set<() => void>();
    let stdout = "";
    let stderr = "";
    const heard = (chunk: string | Uint8Array) => {
      const text = typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk);
      everything.push(text);
      return text;
    };
    const { stdin = "", ...rest } = world;
    const io: Io = {
      stdout: {
        write: (chunk) => {
          stdout += heard(chunk);
          for (const check of waiting) check();
        },
      },
      stderr: {
        write: (chunk) => {
          stderr += heard(chunk);
          for (const check of waiting) check();
        },
      },
      stdin: (async function* () {
        yield stdin;
      })(),
      env,
      fetch: dated,
      now: () => clock.now,
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
      openBrowser: () => Promise.resolve(false),
      interrupted: interrupt.signal,
      after: (_, then) => {
        timers.add(then);
        return () => timers.delete(then);
      },
      macAddress: () => "02:00:5E:10:00:01",
      ...rest,
    };
    const result = run(argv, io).then((exit) => ({ exit, stdout, stderr }));
    const ended = result.then(() => {
      for (const check of waiting) check();
    });
    return {
      result,
      said: () => stdout + stderr,
      says: (pattern) =>
        new Promise((resolve, reject) => {
          const check = () => {
            const found = pattern.exec(stdout + stderr);
            if (!found) return;
            waiting.delete(check);
            resolve(found);
          };
          waiting.add(check);
          check();
          void ended.then(() => reject(new Error(`It ended without saying ${pattern}: ${stdout}${stderr}`)));
        }),
      interrupt: () => interrupt.abort(),
      timeOut: () => {
        for (const then of timers) then();
      },
    };
  }

  const steer = async (method: string, path: string, body?: unknown) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${origin}/_sandbox/${path}`, { method, ...sent });
    return (await answer.json()) as unknown;
  };
  const folder = join(data, "cli");

  return {
    sandbox,
    origin,
    port,
    data,
    folder,
    env,
    clock,
    /** All that any command has written so far. */
    everything,
    begin,
    kunji: (argv: readonly string[], world?: World): Promise<Result> => begin(argv, world).result,
    steer,
    ledger: async (broker: BrokerId) => (await steer("GET", `ledger?broker=${broker}`)) as LedgerEntry[],
    store: createStore(
      folder,
      (n) => crypto.getRandomValues(new Uint8Array(n)),
      new AbortController().signal,
    ),
    files: async () =>
      Promise.all(
        (await readdir(folder)).map(async (name) => ({
          name,
          text: await readFile(join(folder, name), "latin1"),
        })),
      ),
  };
}
export type Rig = Awaited<ReturnType<typeof rig>>;
