const names = "--help|help|<command>|app|call|doctor|login|logout|refresh|sandbox|status";
const commandLine = new RegExp(`(?<!npx )(?<![\\w/@.-])kunji(?= (?:${names})(?![\\w-]))`, "g");

/** Our own text with every command line in it as it can be pasted where we were started. */
export const pasteable = (text: string, npx: boolean): string =>
  npx ? text.replace(commandLine, "npx kunji") : text;
