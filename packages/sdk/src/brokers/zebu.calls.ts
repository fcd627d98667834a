import type { CallClass, CallRow } from "../call-class.js";

const base = "/NorenWClientAPI";

const known = (kind: CallClass, ...names: readonly string[]): readonly CallRow[] =>
  names.map((name) => ["POST", `${base}/${name}`, kind]);

const logins: readonly CallRow[] = [
  ["*", "/OAuthlogin/{*}", "credential"],
  ["*", "/NorenWClientTP/QuickAuth", "credential"],
];

/**
 * The known calls of Zebu and the Noren family: every one is a `POST`, the reads too.
 * @see https://zebumyntapi.web.app
 */
export const calls: readonly CallRow[] = [
  logins,
  known("credential", "GenAcsTok", "RefreshToken", "Logout", "QuickAuth"),
  known("credential", "Changepwd", "ChangePwd", "ForgotPassword", "ForgotPasswordOTP", "FgtPwdOTP"),
  known("credential", "GetHsToken", "GenSecretKey", "GetSecretKey", "RequestApiKey", "UserApiKeyRenReq"),
  known("credential", "GetUserApiKey", "GetAppKeyData", "AppKeyStore", "FreezeAccount", "BlockAcct"),

  known("read", "ClientDetails", "UserDetails", "GetClients", "Limits", "Holdings", "PositionBook"),
  known("read", "InteropPositionBook", "OrderBook", "MultiLegOrderBook", "SingleOrdHist", "TradeBook"),
  known("read", "GetOrderMargin", "GetBasketMargin", "GetBrokerage", "SpanCalc", "GetOptionGreek"),
  known("read", "GetPendingGTTOrder", "GetEnabledGTTs", "SipOrderBook", "GetPendingAlert"),
  known("read", "GetEnabledAlertTypes", "GetUnStledTradingDate", "ExchStatus", "ExchMsg", "GetBrokerMsg"),
  known("read", "SearchScrip", "GetSecurityInfo", "GetLinkedScrips", "GetQuotes", "GetQuotesMF"),
  known("read", "TPSeries", "EODChartData", "GetOptionChain", "GetIndexList", "TopListName", "TopList"),
  known("read", "GetTechnicals", "GetMFSSHoldInfo", "MWList", "MarketWatch", "PreDefinedMWList"),
  known("read", "GetPayinReport", "GetPayoutReport", "GetMaxPayoutAmount"),

  known("order", "PlaceOrder", "ModifyOrder", "CancelOrder", "ExitSNOOrder", "ProductConversion"),
  known("order", "PlaceGTTOrder", "ModifyGTTOrder", "CancelGTTOrder"),
  known("order", "PlaceOCOOrder", "ModifyOCOOrder", "CancelOCOOrder"),
  known("order", "PlaceSipOrder", "ModifySipOrder", "CancelSipOrder"),
  known("order", "SetAlert", "ModifyAlert", "CancelAlert"),
  known("order", "AddMultiScripsToMW", "DeleteMultiMWScrips", "RenameMW"),

  known("money", "FundsPayOutReq", "CancelPayout", "FundsPayInReq"),
].flat();
