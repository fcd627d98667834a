import { t0 } from "../../support/rows.js";

/** What of a connection depends on its number `n.i`: SQL that means the same on both databases. */
export interface Shape {
  readonly status: string;
  readonly broker: string;
  /** ms since 1970, UTC, or `null`; asked only where there is a session. */
  readonly endsAt: string;
  readonly carriedUntil: string;
  readonly dueAt: string;
}

/** The statuses in which there is a session. */
export const sessions = `('active', 'unsure')`;
export const brokers = ["ventura", "autoshares", "nuvama", "zebu", "rmoney"] as const;
export const brokerInTurn = `case n.i % 5 ${brokers.map((name, i) => `when ${i} then '${name}'`).join(" ")} end`;
export const hour = 3_600_000;
/** The moment that readiness is asked for. */
export const open = t0 + 20 * hour;

const usual: Shape = {
  status: "'active'",
  broker: brokerInTurn,
  endsAt: `${open} + 1 + n.i`,
  carriedUntil: "case when n.broker = 'zebu' then 0 end",
  dueAt: `${open} + n.i`,
};

/** How a tenant's connections may lie. */
export const shapes = {
  /** A little of everything. */
  usual: {
    ...usual,
    status: `case when n.i % 50 = 1 then 'login_needed' when n.i % 50 = 2 then 'closed' when n.i % 50 = 3 then 'new'
      when n.i % 5000 = 4 then 'unsure' when n.i % 5000 = 5 then 'pending' else 'active' end`,
    endsAt: `case when n.i % 100 = 7 then ${open} - n.i else ${open} + 1 + n.i end`,
  },
  /** One user must log in. */
  one: { ...usual, status: `case when n.i = 7 then 'login_needed' else 'active' end` },
  /** The morning: everybody's session is over. */
  morning: { ...usual, status: "'login_needed'" },
  /** The broker is away: nobody knows. */
  unsure: { ...usual, status: "'unsure'", endsAt: `${open} - 1` },
  /** All end at one moment, a little before the open. */
  together: { ...usual, endsAt: `${open} - 1`, dueAt: `${open} - 1` },
  /** Ten that live, beside all that were closed. */
  closed: {
    ...usual,
    status: `case when n.i % 100000 = 9 then 'active' else 'closed' end`,
    endsAt: `${open} - n.i`,
  },
  /** Sessions end before the open, and renewals carry all but one of them over it. */
  carried: {
    ...usual,
    broker: "'zebu'",
    endsAt: `${open} - 1 - n.i`,
    carriedUntil: `case when n.i = 7 then ${open} - 1 else 8640000000000000 end`,
  },
} as const satisfies Readonly<Record<string, Shape>>;

export type ShapeName = keyof typeof shapes;

const minute = 60_000;
/** Spreads them over so many ms, however many they are, each at a moment that lies in no order of ids. */
const within = (ms: number) => `${t0} + 1 + (cast(n.i as bigint) * 48271009) % ${ms}`;

/**
 * A day as it is: everybody's session ends at the moment that the broker ends them all, or some hours after its own login, or is
 * renewed hour by hour; a few have nothing, or must log in.
 */
export const ordinaryDay: Shape = {
  status: `case (n.i / 5) % 50 when 1 then 'login_needed' when 2 then 'closed' when 3 then 'new'
    when 4 then case when n.i % 100 = 20 then 'unsure' when n.i % 100 = 21 then 'pending' else 'active' end
    else 'active' end`,
  broker: brokerInTurn,
  endsAt: `case n.broker when 'zebu' then ${within(hour)} when 'autoshares' then ${within(8 * hour)}
    when 'nuvama' then ${t0 + 13 * hour} else ${t0 + 19.5 * hour} end`,
  carriedUntil: "case when n.broker = 'zebu' then 8640000000000000 end",
  dueAt: `case n.broker when 'zebu' then ${within(hour - 10 * minute)} when 'autoshares' then ${within(7.5 * hour)}
    when 'nuvama' then ${t0 + 12.5 * hour} else ${t0 + 6.5 * hour} end`,
};
