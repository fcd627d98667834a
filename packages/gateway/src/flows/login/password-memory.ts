import { type OneMoreStep, Secret } from "kunji";

/** What a login by password must remember until the user has given the next answer. */
export interface PasswordMemory extends OneMoreStep {
  readonly username: string;
  readonly password: Secret;
  /** When the login began, ms since 1970, UTC. */
  readonly beganAt: number;
}

/** As a text, its secrets in the clear: seal it before it is stored. */
export const toMemory = ({ username, password, needs, interim, beganAt }: PasswordMemory): Secret =>
  new Secret(
    JSON.stringify({ username, password: password.reveal(), needs, interim: interim.reveal(), beganAt }),
  );

interface Written extends Omit<PasswordMemory, "password" | "interim"> {
  readonly password: string;
  readonly interim: string;
}

/** Reads what `toMemory` wrote, which the vault has vouched for. */
export function fromMemory(text: Secret): PasswordMemory {
  const { password, interim, ...rest } = JSON.parse(text.reveal()) as Written;
  return { ...rest, password: new Secret(password), interim: new Secret(interim) };
}
