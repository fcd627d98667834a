import type { SandboxBroker } from "../broker.js";
import { autoshares } from "./autoshares.js";
import { nuvama } from "./nuvama.js";
import { rmoney } from "./rmoney.js";
import { ventura } from "./ventura.js";
import { zebu } from "./zebu.js";

/** The five, in the order in which pages and presets list them. */
export const brokers: readonly SandboxBroker[] = [ventura, autoshares, nuvama, zebu, rmoney];
