const sentences = {
  sealed_unreadable: "A stored value can't be opened.",
  text_unsealable: "The text holds half a character, which would not come back as it is.",
  seal_limit_reached:
    "The sealing key has sealed as much as it may. Values can still be read. Put a new key on the first line of the key file.",
} as const;

/** Why the vault did not seal or open. */
export type VaultErrorCode = keyof typeof sentences;

/** A value that was not sealed or not opened. Every way of failing to open has the same code and the same words. */
export class VaultError extends Error {
  override readonly name = "VaultError";
  readonly code: VaultErrorCode;

  constructor(code: VaultErrorCode) {
    super(sentences[code]);
    this.code = code;
  }
}
