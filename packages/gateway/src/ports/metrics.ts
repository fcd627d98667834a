/** The gateway's numbers as text, for a collector. */
export interface Metrics {
  /** @throws StoreProblem where what is kept in the database can't be counted */
  read(): Promise<{ readonly contentType: string; readonly text: string }>;
}
