import type { SandboxBroker } from "../broker.js";

/** Ready apps and users. The first app carries the client id and secret of the page's sample. */
export const presets: SandboxBroker["presets"] = {
  apps: [
    { name: "cli", keys: { client_id: "ABC", secret_key: "123" } },
    { name: "gateway", keys: { client_id: "KUNJIGW_U", secret_key: "h3Rk8vQzY1mTf6Lw9Xc2Nb5DpJ7sGa4E" } },
  ],
  users: [
    {
      username: "ZP0001",
      name: "Deepak Subramaniam",
      password: "Marina-Kite-15",
      totpSecret: "6RG5RTNC5YIJEOUP5MF76TTHOXIQPVXN",
      behaviour: "fine",
      about: "Logs in, authorizes the app, and is refreshed every hour without being asked.",
    },
    {
      username: "ZP0114",
      name: "Revathi Sundaram",
      password: "Nilgiri-Toy-Train-3",
      totpSecret: "EQZCHRM4SZYLJDJ4YXKPQQWL2DQ22QIO",
      behaviour: "wrong_password",
      about: "Never gets in: whatever is typed counts as a wrong password.",
    },
    {
      username: "ZP0225",
      name: "Harish Gowda",
      password: "Coorg-Coffee-81",
      totpSecret: "LV6H5ID2VP2OA2KMTU6HJTBJW5N5MAY5",
      behaviour: "locked",
      about: "The account is locked: the right password does not help.",
    },
    {
      username: "ZP0336",
      name: "Shalini Mathur",
      password: "Pushkar-Fair-46",
      totpSecret: "MCJCVTEH4CBRAWXK5F6EIL7JUVZ5IUKI",
      behaviour: "declines_consent",
      about: "Logs in but does not authorize the app: the browser comes back without a code.",
    },
    {
      username: "ZP0447",
      name: "Imran Sheikh",
      password: "Deccan-Queen-29",
      totpSecret: "BBE6DIK52CDM6XF7EVWXIARRDS7LO6LZ",
      behaviour: "second_factor",
      about: "Is let in only with the current one-time code besides the password.",
    },
    {
      username: "ZP0558",
      name: "Gauri Phadke",
      password: "Konkan-Rail-94",
      totpSecret: "N3DIIBO5UEWNWU4XMIQJO2ZKPA2BLXTU",
      behaviour: "ended_elsewhere",
      about: "Gets one call through; then a login elsewhere ends the session.",
    },
  ],
};
