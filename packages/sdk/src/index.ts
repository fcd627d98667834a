export * from "./broker.js";
export { type Action, type Code, codes, type ErrorFacts, type Fate, KunjiError } from "./errors.js";
export { type Clock, type End, endsAt, type Lifetime, nextDaily } from "./lifetime.js";
export { Secret } from "./secret.js";
export { type Attempt, attemptFrom, attemptMs, type Session, sessionFrom, toStored } from "./session.js";
