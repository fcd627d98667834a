import type { World } from "./broker.js";
import type { Clock } from "./clock.js";
import { codeMatches, passwordMatches } from "./credentials.js";
import type { Random } from "./random.js";
import type { SigningKeys } from "./signing-keys.js";
import type { Store } from "./store/store.js";

export interface WorldParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: SigningKeys;
  /** ms since 1970 on the wall: what a TOTP code follows. */
  readonly wall: () => number;
}

/** The world over a store: what brokers' handlers see. */
export function createWorld({ store, clock, random, keys, wall }: WorldParts): World {
  const { apps, users, grants, sessions } = store;
  return {
    now: clock.now,
    randomHex: random.hex,
    randomText: random.text,
    uuid: random.uuid,
    app: apps.byKey,
    appById: apps.byId,
    user: users.find,
    putGrant: grants.put,
    grants: grants.list,
    takeGrant: grants.take,
    putSession: (session) => sessions.put(session),
    session: sessions.byToken,
    sessions: sessions.list,
    endSession: (id) => void sessions.end(id),
    hasConsent: (app, username) => users.hasConsent(app.id, username),
    giveConsent: (app, username) => users.giveConsent(app.id, username),
    async passwordIs(user, password) {
      return user.behaviour !== "wrong_password" && (await passwordMatches(user.passwordHash, password));
    },
    otpIs: (user, otp) => codeMatches(user.totpSecret, otp, wall()),
    signJwt: keys.signJwt,
    sealJwe: keys.sealJwe,
  };
}

/**
 * The world for one call. A session of a user who is `ended_elsewhere` serves the call that finds it and is over when
 * that call has its answer, as if the same person had then logged in somewhere else.
 */
export function worldForOneCall(world: World): { readonly world: World; finish(): void } {
  const served = new Set<string>();
  return {
    world: {
      ...world,
      session(broker, tokenName, token) {
        const found = world.session(broker, tokenName, token);
        const user = found?.kind === "user" && found.username !== null && world.user(broker, found.username);
        if (found !== undefined && user && user.behaviour === "ended_elsewhere") served.add(found.id);
        return found;
      },
    },
    finish(): void {
      for (const id of served) world.endSession(id);
    },
  };
}
