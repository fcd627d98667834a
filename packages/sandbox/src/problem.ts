/** A steering call or a portal form that can't be done; its message is for the caller and says what to send instead. */
export class Problem extends Error {
  readonly status: 400 | 401 | 403 | 404 | 413;
  /** Stable, snake_case. */
  readonly code: string;

  constructor(status: Problem["status"], code: string, message: string) {
    super(message);
    this.name = "Problem";
    this.status = status;
    this.code = code;
  }
}
