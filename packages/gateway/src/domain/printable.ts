/**
 * A joiner where writing has a use for it: after a letter, its mark or a picture, and before another. Scripts of India, Persian
 * and composed emoji are spelt with them.
 */
const joiners =
  /(?<=[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200c\u200d](?=[\p{L}\p{M}\p{Extended_Pictographic}])/gu;

/** Whether a text has 1 to `most` characters, and none that can't be seen or printed, but for joiners within a word. */
export const isPrintable = (text: string, most: number): boolean =>
  text.trim() !== "" && [...text].length <= most && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text.replace(joiners, ""));
