// `npm run bench -- <part>`: figures beside peers and as work grows, kept in bench/results/.
import "./node-version.mjs";

const { main } = await import("./settings.mjs");
const { runParts } = await import("./parts.mjs");

await main(() => runParts("bench", import.meta.url));
