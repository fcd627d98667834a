/** What a field of a broker's JSON holds; a `?` marks one that may be absent. */
export type Kind = "text" | "number" | "boolean" | "list" | "object";
/** The fields of a request or an answer, in the order in which the broker's page prints them. */
export type Shape = Readonly<Record<string, Kind | `${Kind}?`>>;

interface Held {
  text: string;
  number: number;
  boolean: boolean;
  list: readonly unknown[];
  object: Readonly<Record<string, unknown>>;
}
type Optional<S> = { [K in keyof S]: S[K] extends `${string}?` ? K : never }[keyof S];
type Base<K> = K extends `${infer B extends Kind}?` ? Held[B] : K extends Kind ? Held[K] : never;

/** The value that a shape describes: `Shaped<{ msg: "text", n: "number?" }>` is `{ msg: string; n?: number }`. */
export type Shaped<S extends Shape> = {
  readonly [K in Exclude<keyof S, Optional<S>>]: Base<S[K]>;
} & { readonly [K in Optional<S>]?: Base<S[K]> };
