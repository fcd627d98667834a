/** Why a session is over before its clocks say so: the broker's own word, or its vendor's logout. */
export type Ending = "broker_word" | "vendor_logout";

/** The same in words, for people. */
export const endingWords: Readonly<Record<Ending, string>> = {
  broker_word: "the broker says so",
  vendor_logout: "the vendor was logged out",
};

/** The text of a stored session with the mark; what reads the session takes no notice of it. */
export const withEnding = (stored: string, ending: Ending): string =>
  JSON.stringify({ ...(JSON.parse(stored) as object), ending });

/** The mark on a stored session's text; `undefined` where there is none. */
export function endingOf(stored: string): Ending | undefined {
  const { ending } = JSON.parse(stored) as { readonly ending?: unknown };
  return ending === "broker_word" || ending === "vendor_logout" ? ending : undefined;
}
