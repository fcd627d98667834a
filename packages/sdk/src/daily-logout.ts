import type { BrokerId } from "./broker.js";
import { KunjiError } from "./errors.js";
import { indiaOffset } from "./india-time.js";
import type { Clock } from "./lifetime.js";

/** The clock of the exchanges' daily logout at `time` (`HH:mm`, India), or none. @throws KunjiError `input_invalid` */
export function dailyLogoutClocks(broker: BrokerId, time: string | false): readonly Clock[] {
  if (time === false) return [];
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(time))
    throw new KunjiError("input_invalid", { broker, field: "dailyLogout" });
  return [{ kind: "daily", time, utcOffset: indiaOffset, by: "exchanges" }];
}
