/** Where text goes. */
export interface Sink {
  write(chunk: string | Uint8Array): unknown;
  readonly isTTY?: boolean | undefined;
}

/** Questions to the person at the terminal. Each answers `undefined` where the person gives up. */
export interface Ask {
  text(question: string, otherwise?: string): Promise<string | undefined>;
  /** Without echo. The question goes when the signal is given up: it would keep the command from ending. */
  secret(question: string, signal?: AbortSignal): Promise<string | undefined>;
}

/** The outside world. Tests hand in another one. */
export interface Io {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdin: AsyncIterable<string | Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** ms since 1970, UTC */
  readonly now: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  /** Absent where nobody can be asked. */
  readonly ask?: Ask;
  /** Whether a browser has taken the address. */
  readonly openBrowser: (url: string) => Promise<boolean>;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
  /** Calls back after `ms`; what it returns calls that off. */
  readonly after: (ms: number, then: () => void) => () => void;
  /** The address of this machine's network card, `AA:BB:CC:DD:EE:FF`. */
  readonly macAddress: () => string | undefined;
}

/** All of stdin as text. */
export async function readStdin(io: Io): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of io.stdin)
    text += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
