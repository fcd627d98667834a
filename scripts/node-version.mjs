// Old syntax and no import, so that an old Node gets as far as the sentence.
var running = process.versions.node.split(".").map(Number);
if (running[0] < 20) {
  console.error(
    `Kunji needs Node 20 or later, and this is Node ${process.versions.node}. See https://nodejs.org.`,
  );
  process.exit(1);
}
