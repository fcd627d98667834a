import { zebu as wire } from "kunji/wire";
import type { Answer, LiveSession, Route, World } from "../broker.js";
import { json } from "../broker.js";
import { indiaTimeDate } from "./shared/india-clock.js";
import { textOf } from "./shared/request-reading.js";
import { type Body, readFields } from "./zebu.body.js";
import { quote } from "./zebu.quotes.js";
import { refuse, withSession } from "./zebu.session.js";

type Fields = Readonly<Record<string, unknown>>;

const NO_DATA = 'Error Occurred : 5 "no data"';
const INVALID_USER = "Invalid Input : Invalid User";

/** A call whose body must hold these fields. */
const route = (
  path: string,
  does: string,
  names: readonly string[],
  handle: (session: LiveSession, fields: Fields, world: World) => Answer,
): Route => ({
  method: "POST",
  path,
  does,
  handle: withSession((session, body: Body, world) => {
    const read = readFields(body, names);
    return "emsg" in read ? refuse(world, read.emsg) : handle(session, read.fields, world);
  }),
});

const time = (world: World): string => indiaTimeDate(world.now());

/** Any `uid` does: a quote belongs to no account, and the page's sample names one that nobody has. */
function getQuotes(_session: LiveSession, fields: Fields, world: World): Answer {
  const found = quote(String(fields.exch), String(fields.token));
  return found ? json({ request_time: time(world), stat: wire.stat.ok, ...found }) : refuse(world, NO_DATA);
}

function clientDetails(session: LiveSession, fields: Fields, world: World): Answer {
  const username = session.username ?? "";
  const uid = textOf(fields, "uid");
  if (uid !== undefined && uid !== username) return refuse(world, INVALID_USER);
  return json({
    request_time: time(world),
    stat: wire.stat.ok,
    uid: username,
    actid: username,
    brkname: "ZEBU",
    cliname: world.user("zebu", username)?.name ?? username,
    email: `${username.toLowerCase()}@example.com`,
    exarr: ["NSE", "BSE", "NFO"],
  });
}

function logout(session: LiveSession, fields: Fields, world: World): Answer {
  if (fields.uid !== session.username) return refuse(world, INVALID_USER);
  world.endSession(session.id);
  return json({ stat: wire.stat.ok, request_time: time(world) });
}

const ofOwnAccount =
  (answer: (fields: Fields, world: World) => unknown) =>
  (session: LiveSession, fields: Fields, world: World): Answer => {
    const { uid = session.username, actid = session.username } = fields;
    if (uid !== session.username || actid !== session.username) return refuse(world, INVALID_USER);
    return json(answer(fields, world));
  };

const limits = ofOwnAccount((fields, world) => ({
  request_time: time(world),
  stat: wire.stat.ok,
  actid: fields.actid,
  prfname: "DEFAULT",
  cash: "184250.75",
  payin: "0.00",
  payout: "0.00",
  marginused: "15749.25",
}));

const holdings = ofOwnAccount((_fields, world) => [
  {
    request_time: time(world),
    stat: wire.stat.ok,
    exch_tsym: [{ exch: "NSE", token: "2885", tsym: "RELIANCE-EQ" }],
    holdqty: "12",
    upldprc: "2418.50",
  },
]);

const positions = ofOwnAccount((fields, world) => [
  {
    request_time: time(world),
    stat: wire.stat.ok,
    uid: fields.uid,
    exch: "NSE",
    tsym: "SBIN-EQ",
    token: "3045",
    prd: "I",
    netqty: "50",
    rpnl: "0.00",
    urmtom: "212.50",
  },
]);

const placeOrder = ofOwnAccount((_fields, world) => ({
  request_time: time(world),
  stat: wire.stat.ok,
  norenordno: world.uuid(),
}));

const base = "/NorenWClientAPI";
const orderFields = ["uid", "actid", "exch", "tsym", "qty", "prc", "prd", "trantype", "prctyp", "ret"];

/** Every call that needs an access token. */
export const calls: readonly Route[] = [
  route(wire.paths.quotes, "Quote", ["uid", "exch", "token"], getQuotes),
  route(wire.paths.client, "Client details", [], clientDetails),
  route(wire.paths.logout, "Logout", ["uid"], logout),
  route(`${base}/Limits`, "Limits", ["uid", "actid"], limits),
  route(`${base}/Holdings`, "Holdings", ["uid", "actid"], holdings),
  route(`${base}/PositionBook`, "Positions", ["uid", "actid"], positions),
  route(`${base}/OrderBook`, "Order book", ["uid"], (_session, _fields, world) => refuse(world, NO_DATA)),
  route(`${base}/PlaceOrder`, "Order", orderFields, placeOrder),
];
