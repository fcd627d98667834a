import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";

/**
 * What befalls a change on its way to PostgreSQL: its connection is cut before it gets there; is cut once it is done,
 * before anybody is told; is shut for writing alone once it is done; or the change is held back and gets there late.
 */
export type WayFault = "cut before" | "cut behind" | "half-closed behind" | "late";

/** A way to a PostgreSQL on which one change meets a fault. */
export interface CommitRelay {
  readonly url: string;
  /** The `nth` change from now on, counted from 1, meets it. @param lateMs how long one is held back */
  arm(fault: WayFault, nth: number, lateMs?: number): void;
  /** Whether the change came that the fault was for. Nothing meets it from now on. */
  disarm(): boolean;
  close(): Promise<void>;
}

const query = 0x51;
const parse = 0x50;
const begins = /^(?:begin|start transaction)\b/i;
const writes = /^(?:insert|update|delete)\b|^with\b[\s\S]*\b(?:insert into|update|delete from)\b/i;

/** The statement that a message of the client's begins with. */
function statementOf(message: Buffer): string {
  const [kind] = message;
  if (kind === query) return message.toString("latin1", 5);
  if (kind !== parse) return "";
  const named = message.indexOf(0, 5) + 1;
  return message.toString("latin1", named);
}

/** @param databaseUrl without TLS */
export async function openCommitRelay(databaseUrl: string): Promise<CommitRelay> {
  const { username, password, pathname, hostname, port, searchParams } = new URL(databaseUrl);
  const folder = searchParams.get("host");
  const reach = (): Socket =>
    folder?.startsWith("/")
      ? connect(join(folder, `.s.PGSQL.${port || "5432"}`))
      : connect(Number(port || "5432"), hostname);
  const open = new Set<Socket>();
  let armed: { readonly fault: WayFault; left: number; readonly lateMs: number } | undefined;
  let struck = false;

  /** The fault that this change meets. */
  function met(): { readonly fault: WayFault; readonly lateMs: number } | undefined {
    if (!armed || --armed.left > 0) return undefined;
    const meeting = armed;
    armed = undefined;
    struck = true;
    return meeting;
  }

  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = reach();
    let within = false;
    let held = false;
    const both = [near, far];
    for (const socket of both) {
      open.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        open.delete(socket);
        // What is held back still gets there.
        if (!held) for (const one of both) one.destroy();
      });
    }
    near.on("end", () => held || far.end());
    far.on("end", () => near.end());
    far.on("data", (answer: Buffer) => void near.write(answer));
    near.on("data", (message: Buffer) => {
      const statement = statementOf(message);
      if (begins.test(statement)) within = true;
      const commits = /^commit\b/i.test(statement);
      const ends = commits || /^rollback\b/i.test(statement);
      const change = commits || (!within && writes.test(statement));
      if (ends) within = false;
      const meeting = change ? met() : undefined;
      if (!meeting) return void far.write(message);
      const { fault, lateMs } = meeting;
      if (fault === "cut before") return void near.destroy();
      if (fault === "late") {
        held = true;
        setTimeout(() => {
          held = false;
          if (!far.destroyed) far.write(message, () => near.destroyed && far.end());
        }, lateMs);
        return;
      }
      far.removeAllListeners("data");
      far.once("data", () => (fault === "cut behind" ? near.destroy() : near.end()));
      far.write(message);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const own = typeof address === "object" && address ? address.port : 0;
  return {
    url: `postgres://${username}${password && `:${password}`}@127.0.0.1:${own}${pathname}`,
    arm(fault, nth, lateMs = 0) {
      struck = false;
      armed = { fault, left: nth, lateMs };
    },
    disarm() {
      armed = undefined;
      return struck;
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
