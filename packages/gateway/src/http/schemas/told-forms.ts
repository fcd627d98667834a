const told = new Set<string>();

/** What a schema says of a text that has not the form: this sentence, which the caller is told. */
export function saying(sentence: string): { readonly error: string } {
  told.add(sentence);
  return { error: sentence };
}

/** A schema's sentence that may be told: one of its own. A library's may repeat what it has read. */
export const toldSentence = (message: unknown): string | undefined =>
  typeof message === "string" && told.has(message) ? message : undefined;
