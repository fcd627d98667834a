import { autoshares as wire } from "kunji/wire";
import type { Answer, Call, LiveSession, Route, World } from "../broker.js";
import { json } from "../broker.js";
import { denied, withSession } from "./autoshares.session.js";
import { numberOf } from "./shared/digest.js";
import { fieldsOf, routePath, textOf } from "./shared/request-reading.js";

type Handle = (session: LiveSession, call: Call, world: World) => Answer;

const userId = (username: string): number => 7000 + numberOf(`autoshares user ${username}`, 1_000_000);
const accountId = (username: string): number => 6000 + numberOf(`autoshares account ${username}`, 1_000_000);

/** The vendor's answer to a body that it cannot read. */
const unreadable = (): Answer =>
  json({ message: "An error occurred while processing your request", error: "Unexpected server error" }, 500);

/** Only the user's own id opens a `/users/:user/…` path; another user's is denied like a token that reaches too far. */
const ofUser =
  (handle: Handle): Handle =>
  (session, call, world) => {
    const own = ["@me", String(userId(session.username ?? ""))];
    return own.includes(call.params.user ?? "") ? handle(session, call, world) : denied();
  };

/** Only the user's own account; every other one, whether it exists or not, is denied the same way. */
const ofAccount =
  (handle: Handle): Handle =>
  (session, call, world) =>
    call.params.account === String(accountId(session.username ?? ""))
      ? handle(session, call, world)
      : denied();

function info(session: LiveSession, _call: Call, world: World): Answer {
  const Login = session.username ?? "";
  const [FirstName = Login, LastName = ""] = (world.user("autoshares", Login)?.name ?? "").split(" ");
  return json({
    UserId: userId(Login),
    FirstName,
    MiddleName: "",
    LastName,
    Login,
    Email: `${Login}@example.com`,
    AddedDate: "2024-03-11T15:04:05Z",
    Salutation: "",
    Suffix: "",
  });
}

function accounts(session: LiveSession, _call: Call, world: World): Answer {
  const username = session.username ?? "";
  return json([
    {
      Id: accountId(username),
      ClearingAccount: `ET${accountId(username)}`,
      AccessType: "Internal",
      MarginType: "MarginX2",
      OwnerType: "Individual",
      Enabled: true,
      ClearingFirm: "ETNA",
      IsAverageAccount: false,
      Owners: [{ UserId: userId(username), Name: world.user("autoshares", username)?.name ?? username }],
    },
  ]);
}

const balance: Handle = (session) =>
  json({
    AccountId: accountId(session.username ?? ""),
    Cash: 48210.55,
    NetCash: 48210.55,
    EquityTotal: 71696.05,
    StockBuyingPower: 96421.1,
  });

const positions: Handle = (session) =>
  json([
    {
      Id: 21483,
      AccountId: accountId(session.username ?? ""),
      SecurityId: 4,
      Symbol: "AAPL",
      Name: "AAPL",
      CompanyName: "Apple Inc.",
      SecurityCurrency: "USD",
      SecurityType: "CommonStock",
      ContractSize: 1,
      CostBasis: 23485.5,
      DailyCostBasis: 0,
      CreateDate: "2025-06-02T14:30:03Z",
      ModifyDate: "2025-06-02T14:30:03Z",
      Quantity: 150,
      RealizedProfitLoss: 0,
      AverageOpenPrice: 156.57,
      AverageClosePrice: 0,
      StopLossPrice: 0,
      TakeProfitPrice: 0,
      DailyCloseProfitLoss: 0,
      ExcessChanges: 0,
      DayQuantity: 0,
    },
  ]);

function placeOrder(session: LiveSession, call: Call, world: World): Answer {
  const order = fieldsOf(call.body);
  const symbol = textOf(order, "Symbol");
  const Type = textOf(order, "Type");
  const Side = textOf(order, "Side");
  const Quantity = order?.Quantity;
  if (!order || !symbol || !Type || !Side || typeof Quantity !== "number" || Quantity <= 0)
    return unreadable();
  if (Type.includes("Limit") && typeof order.Price !== "number")
    return json({ IsSuccessful: false, ErrorDescription: "QuotePriceIsInvalid", Commission: 0, Cost: 0 });
  const username = session.username ?? "";
  const date = new Date(world.now()).toISOString();
  return json({
    Id: 80000 + numberOf(world.uuid(), 10_000_000),
    SecurityId: 4,
    Quantity,
    Price: order.Price ?? 0,
    StopPrice: order.StopPrice ?? 0,
    ClientId: textOf(order, "ClientId") ?? "",
    ExecutedQuantity: 0,
    LeavesQuantity: Quantity,
    AveragePrice: 0,
    Side,
    Date: date,
    TransactionDate: date,
    Status: "PendingNew",
    ExecutionStatus: "PendingNew",
    Type,
    TimeInForce: textOf(order, "TimeInforce") ?? "Day",
    AccountId: accountId(username),
    UserId: userId(username),
    Legs: [],
    CreateDate: date,
    InitialType: Type,
    TransType: "New",
  });
}

const FOUR_HOURS = 14_400;

function chart(_session: LiveSession, call: Call, world: World): Answer {
  const security = fieldsOf(call.body)?.Security;
  if (typeof security !== "object" || security === null || !("Symbol" in security)) return unreadable();
  const last = Math.floor(world.now() / 1000 / FOUR_HOURS) * FOUR_HOURS;
  const candles = [2, 1, 0].map((back) => {
    const Time = last - back * FOUR_HOURS;
    const Open = 178 + back;
    return {
      ValuationLevels: [],
      IsMarket: true,
      Volume: 12_000_000 - back * 100_000,
      OpenInterest: 0,
      Time,
      DateTime: new Date(Time * 1000).toISOString(),
      Open,
      High: Open + 1.25,
      Low: Open - 0.75,
      Close: Open + 0.5,
    };
  });
  return json({ SecurityHistory: [candles], IndicatorsHistory: [] });
}

/** Answers as if a user had been made; the sandbox's users are its presets, and stay so. */
function createUser(_session: LiveSession, call: Call, world: World): Answer {
  const Login = textOf(fieldsOf(call.body), "Login");
  return Login
    ? json({ UserId: userId(Login), Login, AddedDate: new Date(world.now()).toISOString() })
    : unreadable();
}

function logout(session: LiveSession, _call: Call, world: World): Answer {
  world.endSession(session.id);
  return json({});
}

const route = (method: Route["method"], path: string, does: string, handle: Handle): Route => ({
  method,
  does,
  path: wire.base + routePath(path),
  handle: withSession(handle),
});

const me = (path: string): string => path.replace("@me", ":user");

/** Every call that needs a token. */
export const calls: readonly Route[] = [
  route("POST", wire.paths.logout, "Logout", logout),
  route("GET", me(wire.paths.me), "Profile", ofUser(info)),
  route("GET", me(wire.paths.accounts), "Accounts", ofUser(accounts)),
  route("POST", wire.paths.users, "New user", createUser),
  route("GET", "/v1.0/accounts/{account}/info", "Balance", ofAccount(balance)),
  route("GET", wire.paths.positions, "Positions", ofAccount(positions)),
  route(
    "GET",
    wire.paths.orders,
    "Order book",
    ofAccount(() => json([])),
  ),
  route("POST", wire.paths.orders, "Order", ofAccount(placeOrder)),
  route("PUT", wire.paths.history, "Price history", chart),
];
