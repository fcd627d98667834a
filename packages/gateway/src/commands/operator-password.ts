import { parseArgs } from "node:util";
import { openBeside } from "../adapters/database/open-beside.js";
import { createPasswords } from "../adapters/operators/argon2-passwords.js";
import { createSecondFactors } from "../adapters/operators/totp.js";
import { operatorName } from "../domain/operator-name.js";
import { resetPassword } from "../flows/operators/operator-password.js";
import { firstOperator } from "../flows/operators/operators.js";
import { SettingError } from "../setting-error.js";
import { storePlaceOf } from "../store-place.js";
import type { Command } from "./command.js";

const usage = "kunji-gateway operator-password takes a name and --second-factor-off, and nothing else.";

function wishOf(args: readonly string[]): { readonly name: string; readonly secondFactorOff: boolean } {
  try {
    const options = { "second-factor-off": { type: "boolean", default: false } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [name = firstOperator, ...more] = positionals;
    if (more.length === 0) return { name, secondFactorOff: values["second-factor-off"] };
  } catch {
    // Said below.
  }
  throw new SettingError(usage);
}

/** `kunji-gateway operator-password`: a new password for one time, beside gateways that run. */
export const operatorPassword: Command = {
  help: "operator-password [<name>] [--second-factor-off]   gives an operator a new password, and signs them out",
  async run(args, { settings, randomBytes, now, say }) {
    const { name: typed, secondFactorOff } = wishOf(args);
    const store = await openBeside(storePlaceOf(settings));
    try {
      const name = operatorName(typed);
      const operator = name === undefined ? undefined : await store.waysIn.operator(name);
      if (!operator) throw new SettingError("There is no such operator.");
      const ports = { store, now, wall: now, randomBytes };
      const signIn = { passwords: createPasswords(ports), secondFactors: createSecondFactors(ports) };
      const password = await resetPassword({ ...ports, ...signIn }, operator, { secondFactorOff }, null);
      if (!password) throw new SettingError("Somebody else changed the password just now: try again.");
      say(`The new password of ${operator.name} is ${password.reveal()}`);
      say("It works once: the dashboard then asks for another. Every session of theirs is ended.");
      if (operator.sealedTotp && !secondFactorOff)
        say("Their second factor is still on; --second-factor-off takes it away.");
    } finally {
      await store.close();
    }
  },
};
