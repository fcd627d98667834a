import type { KunjiError } from "kunji";

/** A call that can do more than look went out, and nobody can tell what became of it. */
export class PerhapsDone extends Error {
  override readonly name = "PerhapsDone";
  readonly error: KunjiError;

  constructor(error: KunjiError) {
    super(error.message);
    this.error = error;
  }
}
