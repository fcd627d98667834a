import { hashSync, verify } from "@node-rs/argon2";
import { Secret, TOTP } from "otpauth";

// A sandbox's passwords are printed in its presets: cheap parameters keep the start and the tests short.
const cheap = { memoryCost: 4_096, timeCost: 1, parallelism: 1 };

/** An argon2id hash. */
export const hashPassword = (password: string): string => hashSync(password, cheap);

/** Whether the password is the hash's. */
export const passwordMatches = (hash: string, password: string): Promise<boolean> => verify(hash, password);

const totp = (secret: string): TOTP => new TOTP({ secret: Secret.fromBase32(secret) });

/** The six digits at this moment (ms since 1970, the clock on the wall). */
export const currentCode = (secret: string, wallMs: number): string =>
  totp(secret).generate({ timestamp: wallMs });

/** Whether this is the code of this step, the one before or the one after. */
export const codeMatches = (secret: string, code: string, wallMs: number): boolean =>
  /^\d{6}$/.test(code) && totp(secret).validate({ token: code, timestamp: wallMs, window: 1 }) !== null;
