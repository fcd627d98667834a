import type { AnyBroker, BrokerId } from "./broker.js";
import { autoshares } from "./brokers/autoshares.js";
import { nuvama } from "./brokers/nuvama.js";
import { rmoney } from "./brokers/rmoney.js";
import { ventura } from "./brokers/ventura.js";
import { zebu } from "./brokers/zebu.js";

/**
 * All brokers by id, for code that treats them alike: it asks a client which verbs there are, and checks an app's keys
 * when it opens one. Import a broker by its name to have its own types, and to bundle no other.
 */
export const brokers = { ventura, autoshares, nuvama, zebu, rmoney } as unknown as Readonly<
  Record<BrokerId, AnyBroker>
>;
