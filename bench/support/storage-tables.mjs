// The tables of what the database holds and writes.
import { bytesOf, history } from "../../packages/gateway/test/size/support/measured-sizes.ts";

const each = (databases, of) =>
  Object.entries(databases).flatMap(([name, found]) => of(found).map((one) => [name, one]));

const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
const isHistory = (name) => history.includes(name);
const rowsOf = (rows) =>
  rows === null
    ? ""
    : sum(Object.values(rows).map(({ inserted, updated, deleted }) => inserted + updated + deleted));

const acts = (databases) => ({
  columns: ["one act", "database", "transactions", "rows", "log, bytes", "log after a checkpoint, bytes"],
  rows: each(databases, ({ perAct }) => perAct).map(([name, one]) => [
    one.act,
    name,
    one.transactions,
    rowsOf(one.rows),
    one.walBytes,
    one.walBytesAfterCheckpoint ?? "",
  ]),
});

const connections = (databases) => ({
  columns: [
    "one active connection",
    "database",
    "its row, bytes",
    "the row's indexes",
    "its login's events and audit",
    "all, packed",
    "all, as it lies",
  ],
  rows: each(databases, ({ perConnection }) => perConnection).map(([name, { broker, packed, bytes }]) => [
    broker,
    name,
    packed.connections?.table ?? 0,
    packed.connections?.indexes ?? 0,
    bytesOf(packed, isHistory),
    bytesOf(packed),
    bytes,
  ]),
});

const days = (databases) => ({
  columns: [
    "a day of one connection",
    "database",
    "events told",
    "events and deliveries, bytes",
    "audit, bytes",
    "all, packed",
  ],
  rows: each(databases, ({ perDay }) => perDay).map(([name, { broker, told, packed }]) => [
    broker,
    name,
    sum(Object.values(told)),
    bytesOf(packed, (table) => table === "events" || table === "deliveries"),
    bytesOf(packed, (table) => table === "audit"),
    bytesOf(packed),
  ]),
});

export const storageTables = (databases) => [acts(databases), connections(databases), days(databases)];
