// What each proxy is told: its port, where it calls, and the header that it adds.
const { port, origin, authorization } = JSON.parse(process.argv[2] ?? "{}");
export const told = { port, origin, authorization };

/** Connections to the broker, as many as a gateway has, and like there one call on each at a time. */
export const poolOptions = { connections: 128, pipelining: 1, allowH2: false };
/** Node closes idle connections after 5 s otherwise. */
export const keepAliveTimeout = 72_000;
