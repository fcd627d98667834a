/** Why a file of `export` can't be written or taken. */
export type MovedFileErrorCode =
  | "moved_file_unwritable"
  | "moved_file_unreadable"
  | "moved_file_foreign"
  | "moved_file_version"
  | "moved_file_changed";

/** A file that rows can't be moved by. The sentence says what to do and repeats nothing of the file. */
export class MovedFileError extends Error {
  override readonly name = "MovedFileError";
  readonly code: MovedFileErrorCode;

  constructor(code: MovedFileErrorCode, sentence: string) {
    super(sentence);
    this.code = code;
  }
}
