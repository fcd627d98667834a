import type { SandboxBroker } from "../broker.js";

/** Ready apps and users. The first app and user carry the values of the page's sample. */
export const presets: SandboxBroker["presets"] = {
  apps: [
    {
      name: "cli",
      keys: { app_key: "7LgeAMyKQgWL6ErlU1wm", app_secret: "Vn4sQ8zLr2TgYw6KcB1mXh9DpJ5eUa3F" },
    },
    {
      name: "gateway",
      keys: { app_key: "Qk3ZtN8wVb5RyH2mXc7J", app_secret: "Mz7PdW2vGx5RkT9cNj4LqB8yHs6EfA1u" },
    },
  ],
  users: [
    {
      username: "AA0605",
      name: "Ananya Iyer",
      password: "Monsoon-Ghat-27",
      totpSecret: "F3PCNE7H62H6JZD6U3T2FIVX6W65L6RP",
      behaviour: "fine",
      about: "Logs in and stays in for 24 hours.",
    },
    {
      username: "AB1142",
      name: "Rohan Deshpande",
      password: "Sahyadri-Trail-8",
      totpSecret: "2WYSFT2N4OEQK63XLJWHZA32OVET5QYV",
      behaviour: "wrong_password",
      about: "Never gets in: whatever is typed counts as a wrong password.",
    },
    {
      username: "AC2087",
      name: "Meera Krishnan",
      password: "Kaveri-Lamp-61",
      totpSecret: "34ZCIRPW6BNUI25PATZB7RYF3ZWFJIKT",
      behaviour: "locked",
      about: "The account is locked: the right password does not help.",
    },
    {
      username: "AD3319",
      name: "Farhan Qureshi",
      password: "Charminar-Tea-14",
      totpSecret: "JWQKCVID2RTICVFKLEAHKMC2HC4MRSEU",
      behaviour: "second_factor",
      about: "Is let in only with the current one-time code besides the password.",
    },
    {
      username: "AE4478",
      name: "Lakshmi Pillai",
      password: "Vembanad-Boat-52",
      totpSecret: "2NBZMECRXHWT7PNYWBR4Z6FATG2UEIVZ",
      behaviour: "ended_elsewhere",
      about: "Gets one call through; then a login elsewhere ends the session.",
    },
  ],
};
