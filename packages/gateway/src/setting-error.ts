/** A setting that can't be used. Its message names the variable and says what it takes, and doesn't repeat the value. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

/** What the settings are read from. */
export type Environment = Readonly<Record<string, string | undefined>>;
