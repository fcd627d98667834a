import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";

/** A way to a PostgreSQL that can be cut and mended. */
export interface DatabaseRelay {
  /** The database by this way. */
  readonly url: string;
  /** Breaks what is open and lets nothing new through. */
  cut(): void;
  mend(): void;
  /** Leads what is new to another database; what is open stays where it is. */
  moveTo(databaseUrl: string): void;
  /** What is open says nothing from now on and stays open, as where packets are dropped; what is new goes through. */
  silence(): void;
  /** Nothing comes any more on the connections that hear of changes; they stay open. */
  deafen(): void;
  /** Breaks the connections that hear of changes. */
  cutHearing(): void;
  /** How many connections are open and not silent. */
  open(): number;
  close(): Promise<void>;
}

const listens = "listen kunji_changes";

function reach(databaseUrl: string): Socket {
  const { searchParams, hostname, port } = new URL(databaseUrl);
  const folder = searchParams.get("host");
  return folder?.startsWith("/")
    ? connect(join(folder, `.s.PGSQL.${port || "5432"}`))
    : connect(Number(port || "5432"), hostname);
}

export async function openRelay(databaseUrl: string): Promise<DatabaseRelay> {
  const { username, password, pathname } = new URL(databaseUrl);
  let target = databaseUrl;
  const open = new Set<Socket>();
  const silent = new Set<Socket>();
  const hearing = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return void near.destroy();
    const far = reach(target);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        open.delete(socket);
        silent.delete(socket);
        hearing.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on("data", (asked: Buffer) => {
      if (asked.includes(listens)) for (const socket of [near, far]) hearing.add(socket);
    });
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const own = typeof address === "object" && address ? address.port : 0;
  const cut = (): void => {
    whole = false;
    for (const socket of open) socket.destroy();
  };
  const quiet = (sockets: ReadonlySet<Socket>): void => {
    for (const socket of sockets) {
      silent.add(socket);
      socket.unpipe();
      socket.resume();
    }
  };
  return {
    url: `postgres://${username}${password && `:${password}`}@127.0.0.1:${own}${pathname}`,
    cut,
    mend() {
      whole = true;
    },
    moveTo(databaseUrl) {
      target = databaseUrl;
    },
    silence: () => quiet(open),
    deafen: () => quiet(hearing),
    cutHearing() {
      for (const socket of hearing) socket.destroy();
    },
    open: () => (open.size - silent.size) / 2,
    async close() {
      cut();
      await new Promise((done) => server.close(done));
    },
  };
}
