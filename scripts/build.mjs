import "./node-version.mjs";

const { main } = await import("./settings.mjs");
const { built, prepare } = await import("./prepare.mjs");

await main(async () => {
  await prepare(import.meta.url);
  await built();
});
