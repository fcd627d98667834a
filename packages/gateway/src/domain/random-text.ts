import { Secret } from "kunji";

/** Where chance comes from: as many random bytes as are asked for. */
export type RandomBytes = (length: number) => Uint8Array;

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** Bytes from here on are dropped, so that every letter is as likely as the next. */
const unevenFrom = 256 - (256 % alphabet.length);
/** 62 letters give 5.95 bits each: 43 of them hold 256. */
const tokenLength = 43;

function randomText(length: number, randomBytes: RandomBytes): string {
  let text = "";
  while (text.length < length) {
    for (const byte of randomBytes(length))
      if (byte < unevenFrom && text.length < length) text += alphabet[byte % alphabet.length];
  }
  return text;
}

/** A text of 43 letters and digits that nobody can guess: for attempts, codes, handles and cookies. */
export const newToken = (randomBytes: RandomBytes): Secret =>
  new Secret(randomText(tokenLength, randomBytes));

/** Whether a text has the form of `newToken`'s. */
export const isTokenText = (text: string): boolean => /^[A-Za-z0-9]{43}$/.test(text);

/** A password that a person types once or twice: 20 letters and digits in groups, 119 bits. */
export const newPassword = (randomBytes: RandomBytes): Secret =>
  new Secret((randomText(20, randomBytes).match(/.{5}/g) ?? []).join("-"));

/** A new API key, `kunji_<environment>_<43 letters and digits>`: a scanner for leaked secrets knows it by its form. */
export const newApiKey = (environment: "live" | "test", randomBytes: RandomBytes): Secret =>
  new Secret(`kunji_${environment}_${randomText(tokenLength, randomBytes)}`);

/** Whether a text can be an API key that an operator chose: 32 to 200 printable ASCII characters, no space. */
export const isApiKeyText = (text: string): boolean => /^[\x21-\x7e]{32,200}$/.test(text);
