// `npm run faults -- <part>`: what happens where something fails, in the numbers that take long, kept in bench/results/.
import "./node-version.mjs";

const { main } = await import("./settings.mjs");
const { runParts } = await import("./parts.mjs");

await main(() => runParts("faults", import.meta.url));
