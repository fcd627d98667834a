import { z } from "zod";
import { isTokenText, newToken } from "../../domain/random-text.js";
import type { Ports } from "../../ports/ports.js";

/** The word that tells one form from any other, as `sentFirst` takes it. */
export const onceWord = z.string().refine(isTokenText);

/** A word for a form that is about to be shown. */
export const newOnceWord = ({ randomBytes }: Pick<Ports, "randomBytes">): string =>
  newToken(randomBytes).reveal();
