// How many records of the audit a second are written, by one writer and by eight, of one tenant and of eight, on both databases.
import { measureAudit } from "../packages/gateway/test/size/support/measured-audit.ts";
import { databases } from "../packages/gateway/test/support/databases.ts";

export const about = "[seconds each, 5]: records of the audit a second, of one tenant and of eight";

const writers = {
  oneWriter: "one",
  eightWritersOfOneTenant: "eight of one tenant",
  eightWritersOfEightTenants: "eight of eight tenants",
};

export const table = ({ databases: found }) => ({
  columns: ["database", "writers", "records a second", "p50, ms"],
  rows: Object.entries(found).flatMap(([name, figures]) =>
    Object.entries(writers).map(([key, text]) => [name, text, figures[key].perSecond, figures[key].p50Ms]),
  ),
});

export async function run([given = "5"], { say, keep }) {
  const seconds = Number(given);
  if (!(seconds > 0)) throw new Error("Say how many seconds to measure, such as 5.");
  const found = {};
  const figures = () => ({
    sound: Object.values(found).every(({ chainIsWhole }) => chainIsWhole),
    databases: found,
  });
  for (const [name, make] of databases) {
    const database = await make();
    const store = await database.open();
    found[name] = await measureAudit(store, seconds * 1_000);
    await store.close();
    await database.drop();
    const { oneWriter, eightWritersOfOneTenant, eightWritersOfEightTenants } = found[name];
    say(
      `${name}: ${oneWriter.perSecond} a second by one writer, ${eightWritersOfOneTenant.perSecond} by eight of one tenant, ` +
        `${eightWritersOfEightTenants.perSecond} by eight of eight`,
    );
    keep(figures());
  }
  return figures();
}
