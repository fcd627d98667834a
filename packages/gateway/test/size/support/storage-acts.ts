import { setTimeout as wait } from "node:timers/promises";
import type { BrokerId } from "kunji";
import { askLink, usernameOf } from "../../invariants/support/journey.js";
import type { StorageWorld } from "./storage-world.js";

/** Something that happens to so many connections, one after the other or all at once, as the gateway does it. */
export interface Act {
  readonly name: string;
  /** Answers to how many it has happened. */
  work(): Promise<number>;
}

/** The broker at which users log in every day, and the one that renews without them. */
export const kinds = { daily: "rmoney", renewed: "zebu" } as const satisfies Record<string, BrokerId>;

/** The acts of a life, in the order in which they come. */
export const actNames = {
  login: "a first login",
  again: "another login",
  warning: "a warning",
  end: "a session's end",
  renewal: "a renewal",
  firstCall: "the first call in a minute",
  call: "a further call",
  order: "an order",
  close: "a close",
  delivery: "an event delivered",
} as const;

const minute = 60_000;
const hour = 60 * minute;
/** What an answered call has set going is written by then. ms */
const afterwardsMs = 200;
const orderPath = "/NorenWClientAPI/PlaceOrder";

/** To how many it has happened. */
async function each<T>(items: readonly T[], happens: (item: T) => Promise<boolean>): Promise<number> {
  let count = 0;
  for (const item of items) if (await happens(item)) count++;
  return count;
}

async function connectAll(
  { connect }: StorageWorld,
  broker: BrokerId,
  users: readonly string[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const user of users) ids.push(await connect(broker, user));
  return ids;
}

/** At half past eleven in India: their logins, the evening's warning, and the next morning's end. */
async function* dailyLife(world: StorageWorld, users: readonly string[]): AsyncGenerator<Act> {
  const { moveClock, lookAfter, told } = world;
  let ids: readonly string[] = [];
  const toldOnce = async (type: string): Promise<number> => {
    await lookAfter();
    return (await told())[type] ?? 0;
  };
  yield {
    name: actNames.login,
    async work() {
      ids = await connectAll(world, kinds.daily, users);
      return ids.length;
    },
  };
  yield {
    name: actNames.again,
    work: () => each([...ids.entries()], ([i, id]) => world.connectAgain(kinds.daily, id, users[i] ?? "")),
  };
  await told();
  moveClock(6.5 * hour + minute);
  yield { name: actNames.warning, work: () => toldOnce("connection.ends_soon") };
  moveClock(13 * hour);
  yield { name: actNames.end, work: () => toldOnce("connection.login_needed") };
  moveClock(4.5 * hour - minute);
}

/** A call that reads, and one that orders, forwarded for a connection: true where the broker has taken it. */
function forwardedCalls({ whole }: StorageWorld) {
  const account = usernameOf(whole, kinds.renewed);
  const { firstCall } = whole.gateway.ports.brokers.traits[kinds.renewed];
  const forwards = (path: string, body: string) => async (id: string) => {
    const answer = await whole.ask("POST", `/v1/connections/${id}/proxy${path}`, { body });
    return answer.status === 200 && /"stat":"ok"/i.test(answer.text);
  };
  const order = { exch: "NSE", tsym: "ACC-EQ", qty: "1", prc: "0", prctyp: "MKT", trantype: "B", prd: "C" };
  return {
    call: forwards(firstCall.path, (firstCall.body ?? "").replaceAll(firstCall.account ?? "", account)),
    order: forwards(orderPath, JSON.stringify({ uid: account, actid: account, ...order, ret: "DAY" })),
  };
}

/** A renewal, calls, an order and a close. It ends at the time at which it has begun. */
async function* renewedLife(world: StorageWorld, users: readonly string[]): AsyncGenerator<Act> {
  const { whole, now, moveClock, lookAfter, told, meter } = world;
  const begun = now();
  const ids = await connectAll(world, kinds.renewed, users);
  moveClock(hour - 2 * minute);
  await told();
  yield {
    name: actNames.renewal,
    async work() {
      await lookAfter();
      return (await told())["connection.refreshed"] ?? 0;
    },
  };
  const { call, order } = forwardedCalls(world);
  /** Each a second after the one before: it is a use of its own. */
  const oneByOne = async (happens: (id: string) => Promise<boolean>): Promise<number> => {
    const count = await each(ids, (id) => {
      moveClock(1_000);
      return happens(id);
    });
    await wait(afterwardsMs);
    return count;
  };
  yield { name: actNames.firstCall, work: () => oneByOne(call) };
  // A row that is read where an older one lies beside it may be tidied up by whoever reads.
  await meter.cleanUp();
  yield { name: actNames.call, work: () => oneByOne(call) };
  yield { name: actNames.order, work: () => oneByOne(order) };
  yield {
    name: actNames.close,
    work: () => each(ids, async (id) => (await whole.ask("DELETE", `/v1/connections/${id}`)).status === 204),
  };
  moveClock(begun - now());
}

async function* deliveries(world: StorageWorld, users: readonly string[]): AsyncGenerator<Act> {
  await world.deliver();
  for (const user of users) await askLink(world.whole, kinds.daily, { user });
  yield { name: actNames.delivery, work: () => world.deliver() };
}

/** All that happens to connections of these users; a day later it may be lived again. */
export async function* lives(world: StorageWorld, users: readonly string[]): AsyncGenerator<Act> {
  yield* dailyLife(world, users);
  yield* renewedLife(world, users);
  yield* deliveries(world, users);
}
