import type { SandboxBroker } from "../broker.js";

/** Ready apps and users. The first app carries the page's vendor name, API key and 16-character password, the first user its account number. */
export const presets: SandboxBroker["presets"] = {
  apps: [
    {
      name: "cli",
      keys: {
        vendor: "TEST2",
        api_key: "apiventest",
        pwd: "4cSfRu2fRZR99KCk",
        AppIdKey: "5e0b7c41d92f4a6880c3b1fe67ad2935",
      },
    },
    {
      name: "gateway",
      keys: {
        vendor: "KUNJIGW",
        api_key: "kunjigateway",
        pwd: "Wq7LdZ3rTn8VbK5x",
        AppIdKey: "b28d64f09c1e4735a7e05d83f1c69b42",
      },
    },
  ],
  users: [
    {
      username: "80126245",
      name: "Kavita Rao",
      password: "Tungabhadra-9-Mango",
      totpSecret: "SWOZYMK2ZVJT3CC4RVMOXY7YM64CF5RG",
      behaviour: "fine",
      about: "Is asked for consent the first time and stays in until 00:30 India time or 8 idle hours.",
    },
    {
      username: "80131877",
      name: "Sanjay Menon",
      password: "Backwater-35-Fern",
      totpSecret: "VAYIWLLDRY3EOTDWIXAHRMMGAOTLZYLV",
      behaviour: "wrong_password",
      about: "Never gets in: whatever is typed counts as a wrong password, and the page asks again.",
    },
    {
      username: "80140392",
      name: "Nisha Agarwal",
      password: "Marwar-Sand-77",
      totpSecret: "AUL3ZJJQAL2HVB5ZP3XLFTHWRYTUKIO5",
      behaviour: "locked",
      about: "The account is locked: the browser comes back with login_success=fail.",
    },
    {
      username: "80152218",
      name: "Vikram Chauhan",
      password: "Aravalli-Peak-40",
      totpSecret: "KT2U4PMS32J245YDZUYY5JITAS3JZKSL",
      behaviour: "declines_consent",
      about: "Declines the sharing of data: the browser comes back with login_success=fail.",
    },
    {
      username: "80163504",
      name: "Priya Nambiar",
      password: "Malabar-Pepper-23",
      totpSecret: "SK4H5U6HVDESOL5S4WAGODX4HGLO7CZN",
      behaviour: "second_factor",
      about: "Is let in only with the current one-time code besides the password.",
    },
    {
      username: "80174961",
      name: "Arjun Bose",
      password: "Hooghly-Ferry-68",
      totpSecret: "VFXIT6PSC4CDPF434QFFTQKAFLDN7NGA",
      behaviour: "ended_elsewhere",
      about: "Gets one call through; then a login elsewhere ends the session.",
    },
  ],
};
