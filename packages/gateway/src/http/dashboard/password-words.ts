import { passwordLengths } from "../../domain/password-rules.js";
import type { PasswordFlaw } from "../../flows/operators/operator-password.js";

/** What is wrong with a password, in words. */
export const passwordWords: Readonly<Record<PasswordFlaw | "again", string>> = {
  wrong: "That is not your password: type the one you sign in with.",
  wait: "That was wrong a few times: wait a minute, then try again.",
  length: `A password has ${passwordLengths[0]} to ${passwordLengths[1]} characters: choose another one.`,
  name: "A password that holds your name is guessed first: choose another one.",
  same: "That is the password you have: choose another one.",
  again: "The two are not the same: type the new password twice.",
};
