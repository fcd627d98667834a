// Connections that fall due within a minute: those of one broker are renewed, those of another have to be told.
import { endsAt, Secret } from "kunji";
import { openApp } from "../../packages/gateway/src/flows/open-app.ts";
import { openConnection } from "../../packages/gateway/src/flows/open-connection.ts";
import { sealSession, sessionColumns } from "../../packages/gateway/src/flows/seal-session.ts";
import { tenant } from "../../packages/gateway/test/many/support/due-together.ts";
import { openPortsBeside } from "../../packages/gateway/test/many/support/ports-beside.ts";
import { runOn } from "../../packages/gateway/test/support/postgres.ts";
import { returnUrl } from "../../packages/gateway/test/support/world.ts";

/** The brokers: of the one sessions are renewed without their users, of the other all end at one daily moment. */
export const kinds = { renewed: "zebu", told: "rmoney" };

const prefix = "wake-";
const atOnce = 8;

async function severalAtATime(items, work) {
  const left = [...items];
  const next = async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, next));
}

/** One login at a broker, and its session there: the pattern of all that are made. */
async function pattern(many, ports, broker) {
  const app = await ports.store.apps.get(tenant, broker);
  const client = openApp(ports, app);
  const { url, attempt } = await client.begin({});
  const callback = await many.logIn(broker, url, many.presets[broker].users[0].username);
  const session = await client.prove(await client.complete(attempt, callback));
  const [[name, secret]] = Object.entries(session.secrets);
  const { world } = many.sandbox;
  const live = world.session(broker, name, secret.reveal());
  return () => {
    const tokens = Object.fromEntries(Object.keys(live.tokens).map((one) => [one, world.randomHex(40)]));
    world.putSession({ ...live, id: world.uuid(), tokens });
    const secrets = Object.entries(tokens).map(([one, token]) => [one, new Secret(token)]);
    return { ...session, secrets: Object.fromEntries(secrets) };
  };
}

const leftStatement = `
  select count(*)::int as left from connections where id like '${prefix}%' and not (
    case when app = '${kinds.renewed}' then generation > 1 and status = 'active' and tried_at is null
    else status = 'login_needed' end)`;

/** How often each was told of what has become of it. */
const toldStatement = `
  select connections.id, count(*) filter (where type = 'connection.refreshed')::int as refreshed,
    count(*) filter (where type = 'connection.login_needed')::int as ended,
    count(*) filter (where type not in ('connection.refreshed', 'connection.login_needed'))::int as more,
    min(app) as app
  from connections left join events on events.tenant = connections.tenant and events.connection = connections.id
  where connections.id like '${prefix}%' group by connections.id`;

const lastEndStatement = `
  select max(at)::float8 as at from events where type = 'connection.login_needed' and connection like '${prefix}%'`;

/**
 * Makes so many, half of each kind, past the gateways. The apps must be there.
 * @param wish `dueFrom` (ms since 1970, UTC) is the end of those that are told; the others fall due evenly within the `withinMs`
 *   after it
 */
export async function makeWaking(many, { count, dueFrom, withinMs }) {
  const { ports, close } = await openPortsBeside(many);
  const { store } = many;
  const half = Math.ceil(count / 2);
  const anotherAt = {};
  for (const broker of Object.values(kinds)) anotherAt[broker] = await pattern(many, ports, broker);

  async function add(nth) {
    const app = nth < half ? kinds.renewed : kinds.told;
    const id = `${prefix}${String(nth).padStart(6, "0")}`;
    const session = anotherAt[app]();
    const end = endsAt(session, many.now());
    const dueAt = nth < half ? dueFrom + Math.floor((nth / half) * withinMs) : end.at;
    if (nth >= half && end.at !== dueFrom)
      throw new Error(`A session ends at ${new Date(end.at).toISOString()}.`);
    const at = many.now();
    await store.connections.add(tenant, { id, app, user: id, expectedAccount: null, returnUrl, at });
    await store.connections.putSession(tenant, id, 0, {
      ...sessionColumns(ports, session),
      sealedSession: await sealSession(ports, tenant, id, session),
      account: session.account,
      dueAt,
      status: "active",
      reason: null,
      at,
    });
  }
  await severalAtATime(Array.from({ length: count }).keys(), add);
  await runOn(many.databaseUrl, "analyze");

  return {
    renewals: half,
    /** How many are told of an end. */
    ends: count - half,
    /** How many are neither renewed nor told. */
    async left() {
      const [row] = await runOn(many.databaseUrl, leftStatement);
      return row.left;
    },
    /** What was told of them: how many were told nothing, and how many another thing, or one thing twice. */
    async told() {
      const rows = await runOn(many.databaseUrl, toldStatement);
      const once = ({ app, refreshed, ended, more }) =>
        more === 0 &&
        (app === kinds.renewed ? refreshed === 1 && ended === 0 : refreshed === 0 && ended === 1);
      const untold = rows.filter(({ refreshed, ended, more }) => refreshed + ended + more === 0).length;
      return { untold, toldOtherwise: rows.filter((row) => !once(row)).length - untold };
    },
    /** When the last of those that were not renewed was told so, in ms since 1970, UTC; `null` where none was. */
    async lastEndAt() {
      const [row] = await runOn(many.databaseUrl, lastEndStatement);
      return row.at;
    },
    /** How many renewed sessions on file their broker does not take. */
    async dead() {
      let dead = 0;
      await severalAtATime(Array.from({ length: half }).keys(), async (nth) => {
        const connection = await store.connections.get(tenant, `${prefix}${String(nth).padStart(6, "0")}`);
        const { session } = await openConnection(ports, connection);
        const [name, token] = Object.entries(session?.secrets ?? {})[0] ?? [];
        if (!name || !many.sandbox.world.session(kinds.renewed, name, token.reveal())) dead++;
      });
      return dead;
    },
    close,
  };
}
