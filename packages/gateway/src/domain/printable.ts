/** Whether a text has 1 to `most` characters, and none that can't be seen or printed. */
export const isPrintable = (text: string, most: number): boolean =>
  text.trim() !== "" && [...text].length <= most && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text);
