/**
 * What a call of a broker can do. `read`: look only. `order`: place or change orders, or anything else that leaves a mark.
 * `money`: move money or say where it may go. `credential`: make, renew, end or change a login, a token or a password.
 */
export type CallClass = "read" | "order" | "money" | "credential";

/**
 * One known call. The path is relative to the broker's base URL; `{}` stands for one segment, `{*}` at the end for one or
 * more. A `credential` row holds for every method.
 */
export type CallRow = readonly [method: string, pattern: string, kind: CallClass];
