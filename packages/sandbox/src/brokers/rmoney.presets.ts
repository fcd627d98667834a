import { rmoney as wire } from "kunji/wire";
import type { SandboxBroker } from "../broker.js";

/** Users whose exchange is refused, each with the page's words for it. */
export const refusedUsers: Readonly<Record<string, string>> = {
  I10297: wire.messages.keyExpired,
  I10298: wire.messages.keyMissing,
  I10299: wire.messages.internal,
};

/** Ready apps and users. The first user is the one of the page's sample. */
export const presets: SandboxBroker["presets"] = {
  apps: [
    {
      name: "cli",
      keys: { appcode: "KUNJICLI", apiSecret: "t8Zq4WmR1vLx7YbN3kHc6GpF9dSj2UeA5oTi0CnXgVwBzKyJ" },
    },
    {
      name: "gateway",
      keys: { appcode: "KUNJIGW", apiSecret: "b2Xn6KsE9uDa4QyM7fVr1JhT8gLc3PwZ5iRo0YmBqGtCxWvN" },
    },
  ],
  users: [
    {
      username: "I10230",
      name: "Suresh Bansal",
      password: "Yamuna-Steps-58",
      totpSecret: "JRVDZK2E2HYJ3JJHDIV6YRAEGZUO2IAU",
      behaviour: "fine",
      about: "Logs in and stays in until the exchanges' daily logout at 07:00 India time.",
    },
    {
      username: "I10241",
      name: "Pooja Khanna",
      password: "Lodhi-Garden-12",
      totpSecret: "BFJ5H6ONGYA4SOAYYJJPU7HSIHRIB5WN",
      behaviour: "wrong_password",
      about: "Never gets in: whatever is typed counts as a wrong password.",
    },
    {
      username: "I10252",
      name: "Manoj Tiwari",
      password: "Varanasi-Dawn-70",
      totpSecret: "ZWOOQLXZ43H74B254PAARYO3F45SDZGN",
      behaviour: "locked",
      about: "The account is locked: the right password does not help.",
    },
    {
      username: "I10263",
      name: "Ritu Saxena",
      password: "Gomti-Bridge-33",
      totpSecret: "FFL3A55RR3T7KAQX7QH4JG5XBNQQ3CHZ",
      behaviour: "second_factor",
      about: "Is let in only with the current one-time code besides the password.",
    },
    {
      username: "I10274",
      name: "Karan Malhotra",
      password: "Shimla-Ridge-85",
      totpSecret: "FA4ER2E6TPWZ2E6CXSCFFF4EMZAN33RW",
      behaviour: "ended_elsewhere",
      about: "Gets one call through; then a login elsewhere ends the session.",
    },
    {
      username: "I10297",
      name: "Alka Verma",
      password: "Doon-Valley-47",
      totpSecret: "L6SOJ5PMHXLMLUDINJNR7WEFUGZZ7NFK",
      behaviour: "fine",
      about: "Logs in, but the exchange answers that the app's API key has expired.",
    },
    {
      username: "I10298",
      name: "Naveen Joshi",
      password: "Kumaon-Oak-64",
      totpSecret: "HR3L3AJZJRTR6IYLI6FAZUZ6KBCMSMJH",
      behaviour: "fine",
      about: "Logs in, but the exchange answers that the app has no API key.",
    },
    {
      username: "I10299",
      name: "Geeta Rawat",
      password: "Chambal-Heron-9",
      totpSecret: "BW2XMGCCEJ7ZIIWMPMKHISOARX3LNTHJ",
      behaviour: "fine",
      about: "Logs in, but the exchange answers with the broker's internal error.",
    },
  ],
};
