// The sums of docs/scale.md: what very many connections need, from what was measured of few.

/** What is taken to be so. Nothing here was measured; whoever expects something else changes it here. */
export const supposed = {
  connections: 10_000_000,
  /** As many connections at one as at the other. */
  brokers: 5,
  /** How many of all log in within the busiest time before the open, and how long that is, in s. */
  busyShare: 0.5,
  busyS: 1_800,
  /** How often each connection calls its broker while the market is open, in s. */
  callEveryS: 60,
  /** How long the tokens last of the one broker in five that renews them, in s. */
  tokenS: 3_600,
  tradingDaysAYear: 248,
  eventDays: 90,
  auditYears: 5,
};

const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
const mean = (numbers) => sum(numbers) / numbers.length;
/** Of things that come in equal numbers at each rate. */
const meanRate = (rates) => 1 / mean(rates.map((rate) => 1 / rate));
const bytesIn = (growth, tables) =>
  sum(tables.map((name) => (growth[name] ? growth[name].table + growth[name].indexes : 0)));

const grouped = (number) => Math.round(number).toLocaleString("en-GB");
const steps = [
  [1e12, "TB"],
  [1e9, "GB"],
  [1e6, "MB"],
  [1e3, "kB"],
];

/** Bytes as people read them, to two digits. */
export function written(bytes) {
  const [size, unit] = steps.find(([least]) => bytes >= least) ?? [1, "bytes"];
  return `${Number((bytes / size).toPrecision(2)).toLocaleString("en-GB")} ${unit}`;
}

/** What a day leaves behind of a connection in these tables, in bytes: one broker of so many renews, at the others users log in. */
function bytesADay(perDay, tables, brokers) {
  const of = (renews) =>
    mean(
      perDay
        .filter(({ told }) => "connection.refreshed" in told === renews)
        .map(({ packed }) => bytesIn(packed, tables)),
    );
  return (of(true) + (brokers - 1) * of(false)) / brokers;
}

/** What is taken from the kept figures, each under a name. */
function takenFrom({ login, proxy, storage, audit, wake }, { brokers }) {
  const { perAct, perConnection, perDay } = storage.databases.PostgreSQL;
  const act = (name) => perAct.find((one) => one.act === name);
  const again = act("another login");
  return {
    loginsASecond: meanRate(
      Object.values(login.inFlight["16"].PostgreSQL).map(({ perSecond }) => perSecond.median),
    ),
    callsASecond: proxy.setUps.plain.targets.gateway.perSecond.median,
    login: again,
    call: act("the first call in a minute"),
    recordsALogin: again.rows.audit.inserted,
    recordsASecond: audit.databases.PostgreSQL.eightWritersOfOneTenant.perSecond,
    commitsASecond: audit.databases.PostgreSQL.eightWritersOfEightTenants.perSecond,
    rowBytes: mean(perConnection.map(({ packed }) => bytesIn(packed, ["connections"]))),
    eventBytesADay: bytesADay(perDay, ["events", "deliveries"], brokers),
    auditBytesADay: bytesADay(perDay, ["audit"], brokers),
    toldASecond: wake.gateways["4"].endsTold / wake.gateways["4"].endsToldWithinS,
    pace: Number(wake.renewalsPerSecond),
  };
}

/** The parts whose figures the sums are made from. */
export const parts = ["login", "proxy", "storage", "audit", "wake"];

/**
 * The sums, as a table.
 * @param figures what each of `parts` has kept
 * @returns `{ columns, rows }`; or the parts that were never measured, `{ missing }`
 */
export function sumsOf(figures, wish = supposed) {
  const missing = parts.filter((part) => figures[part] === undefined);
  if (missing.length > 0) return { missing };
  const of = takenFrom(figures, wish);
  const { connections, brokers, busyShare, busyS, callEveryS, tokenS, tradingDaysAYear } = wish;
  const logins = (connections * busyShare) / busyS;
  const calls = connections / callEveryS;
  const renewals = connections / brokers / tokenS;
  const eventDays = (wish.eventDays / 365) * tradingDaysAYear;
  const auditDays = wish.auditYears * tradingDaysAYear;
  const commits = logins * of.login.transactions + calls * of.call.transactions;
  const rows = [
    [
      "logins a second at the busiest",
      grouped(logins),
      `${busyShare * 100} % of all within ${busyS / 60} minutes`,
    ],
    [
      "gateway processes for them",
      grouped(Math.ceil(logins / of.loginsASecond)),
      `${of.loginsASecond.toFixed(1)} a second each (\`login.json\`, PostgreSQL, 16 at once, with the brokers' side on the same cores)`,
    ],
    [
      "tenants, at least",
      grouped(Math.ceil((logins * of.recordsALogin) / of.recordsASecond)),
      `one tenant's audit takes ${grouped(of.recordsASecond)} records a second (\`audit.json\`), a login writes ${of.recordsALogin} (\`storage.json\`)`,
    ],
    ["calls a second", grouped(calls), `one a minute from each connection`],
    [
      "gateway processes for them",
      grouped(Math.ceil(calls / of.callsASecond)),
      `${grouped(of.callsASecond)} a second each (\`proxy.json\`)`,
    ],
    [
      "renewals a second, all day",
      grouped(renewals),
      `one broker of ${brokers}, tokens of an hour; a gateway keeps to ${of.pace} a second unless \`KUNJI_RENEWALS_PER_SECOND\` says otherwise`,
    ],
    [
      "until all of one broker are told of a common end",
      `${grouped(connections / brokers / of.toldASecond / 60)} minutes`,
      `at ${grouped(of.toldASecond)} a second by four gateways on the same cores, which renew meanwhile (\`wake.json\`)`,
    ],
    [
      "commits a second at the busiest",
      grouped(commits),
      `${of.login.transactions} for a login, ${of.call.transactions} for a call (\`storage.json\`)`,
    ],
    [
      "as many databases as the measured one",
      grouped(Math.ceil(commits / of.commitsASecond)),
      `it committed ${grouped(of.commitsASecond)} records a second (\`audit.json\`)`,
    ],
    [
      "write-ahead log a second at the busiest",
      written(logins * of.login.walBytes + calls * of.call.walBytes),
      `${grouped(of.login.walBytes)} bytes for a login, ${grouped(of.call.walBytes)} for a call (\`storage.json\`)`,
    ],
    [
      "connections on disk",
      written(connections * of.rowBytes),
      `${grouped(of.rowBytes)} bytes each with their indexes (\`storage.json\`)`,
    ],
    [
      `events and deliveries of ${wish.eventDays} days`,
      written(connections * of.eventBytesADay * eventDays),
      `${grouped(of.eventBytesADay)} bytes a connection and day (\`storage.json\`)`,
    ],
    [
      `audit of ${wish.auditYears} years`,
      written(connections * of.auditBytesADay * auditDays),
      `${grouped(of.auditBytesADay)} bytes a connection and day (\`storage.json\`), ${tradingDaysAYear} trading days a year`,
    ],
  ];
  return { columns: ["what", "how much", "from"], rows };
}
