/** A text as a POSIX shell takes it for one word, whatever it holds. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
