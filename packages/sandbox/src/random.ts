const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Texts of chance, made of injected random bytes. */
export function createRandom(randomBytes: (length: number) => Uint8Array) {
  const hex = (bytes: number): string => Buffer.from(randomBytes(bytes)).toString("hex");
  return {
    hex,
    text(length: number): string {
      let text = "";
      while (text.length < length) {
        // Bytes past the last whole alphabet are dropped, so that every letter is as likely as the next.
        for (const byte of randomBytes(length)) {
          if (byte < 248 && text.length < length) text += alphabet[byte % 62];
        }
      }
      return text;
    },
    uuid(): string {
      const bytes = Buffer.from(randomBytes(16));
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
      return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    },
  };
}
export type Random = ReturnType<typeof createRandom>;
