import { isMoment } from "../moment.js";
import { momentIn, type Zone } from "./zoned-time.js";

const zones: readonly Zone[] = ["Asia/Kolkata", "America/New_York", "UTC"];
const pattern = /^\s*(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,3})?)?\s*$/;

/** The moment, in ms since 1970, of a typed day and time on a zone's clock; `undefined` where it is none. */
export function typedMoment(at: string, zone: string): number | undefined {
  const known = zones.find((each) => each === zone);
  const parts = pattern.exec(at);
  if (known === undefined || parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  const back = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const same =
    back.getUTCMonth() === month - 1 &&
    back.getUTCDate() === day &&
    back.getUTCHours() === hour &&
    minute < 60 &&
    second < 60;
  if (!same || !isMoment(back.getTime())) return undefined;
  return momentIn(known, { year, month, day, hour, minute, second });
}
