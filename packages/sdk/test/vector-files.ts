import { readFileSync } from "node:fs";

export interface Fact {
  readonly id: string;
  readonly claims: readonly string[];
  readonly what: string;
  readonly source: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly printed?: unknown;
  readonly computed?: unknown;
  readonly verdict: string;
  readonly chosen?: string;
}

interface File {
  readonly broker: string;
  readonly page: string;
  readonly facts: readonly Fact[];
}

const root = new URL("../../../", import.meta.url);

export const brokerIds = ["ventura", "autoshares", "nuvama", "zebu", "rmoney"] as const;

export const files: readonly File[] = brokerIds.map((id) =>
  JSON.parse(readFileSync(new URL(`vectors/${id}.json`, root), "utf8")),
);

export const facts: readonly Fact[] = files.flatMap((file) => file.facts);

export const claimIds: ReadonlySet<string> = new Set(
  JSON.parse(readFileSync(new URL("conformance/claims.json", root), "utf8")).map(
    ({ id }: { readonly id: string }) => id,
  ),
);

export function fact(id: string): Fact {
  const found = facts.find((one) => one.id === id);
  if (!found) throw new Error(`no fact ${id}`);
  return found;
}

/** The texts of a checksum's fact. */
export const partsOf = ({ input }: Fact): readonly string[] | undefined =>
  input?.parts as readonly string[] | undefined;

export interface Sealing {
  readonly key: string;
  readonly iv: "zero" | "key-start" | "key-end" | "prefix";
  readonly text: string;
}

/** What a cipher's fact starts from. */
export const sealingOf = ({ input }: Fact): Sealing | undefined =>
  input && "text" in input ? (input as unknown as Sealing) : undefined;
