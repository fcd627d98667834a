import type { SandboxBroker } from "../broker.js";

/** The user whose second step is a PIN, and the PIN. */
export const pinUser = { username: "demo.pin", pin: "4831" } as const;

/** Ready apps (app keys of one company) and users. */
export const presets: SandboxBroker["presets"] = {
  apps: [
    { name: "cli", keys: { "Et-App-Key": "6f1c2d84-93ab-4e57-8c0d-5b7e21fa9034" } },
    { name: "gateway", keys: { "Et-App-Key": "c83b07e5-2f46-49d1-a6b9-0e94d7153fa8" } },
  ],
  users: [
    {
      username: "demo.trader",
      name: "Grace Whitfield",
      password: "Cedar-Harbor-42",
      totpSecret: "X4NK53XTHZPY3E7O7XOXYLGGYMTXHMIO",
      behaviour: "fine",
      about: "Logs in with the password alone and stays in for 24 hours.",
    },
    {
      username: "demo.typo",
      name: "Walter Simmons",
      password: "Maple-Ridge-19",
      totpSecret: "LJ4K2CIT6G2U7JOJSA4NKUV2I4URB6FU",
      behaviour: "wrong_password",
      about: "Never gets in: whatever is typed counts as a wrong password.",
    },
    {
      username: "demo.locked",
      name: "Denise Carver",
      password: "Granite-Falls-73",
      totpSecret: "A3LVGLU4EPUGTFMPGZVXX65ZTGYHEO4H",
      behaviour: "locked",
      about: "The account is locked: the right password does not help.",
    },
    {
      username: "demo.twofactor",
      name: "Marcus Bell",
      password: "Prairie-Wind-56",
      totpSecret: "6JPZQMXRPLBIDRIH5G56XHAQQJBCWPBA",
      behaviour: "second_factor",
      about: "Is asked for a verification code, the current one-time code, after the password.",
    },
    {
      username: pinUser.username,
      name: "Helen Oakley",
      password: "Juniper-Creek-31",
      totpSecret: "T6ZPWQQHWABUUSUJ6RIPU6HANR3JWMW7",
      behaviour: "second_factor",
      about: `Is asked for a PIN after the password; it is ${pinUser.pin}.`,
    },
    {
      username: "demo.elsewhere",
      name: "Peter Novak",
      password: "Summit-Lake-88",
      totpSecret: "MPA7OZEUDEZ3T6MSLJQW7J26H26WPESO",
      behaviour: "ended_elsewhere",
      about: "Gets one call through; then a login elsewhere ends the session.",
    },
  ],
};
