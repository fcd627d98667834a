import { registerHooks } from "node:module";

const pool = new URL("../../../../node_modules/pg-pool/index.js", import.meta.url).href;

// The tests' conditions hold "import" for everything, `require` too. `pg` requires `pg-pool`, and would be handed
// its module for `import`, which it can't use.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "pg-pool"
      ? { url: pool, format: "commonjs", shortCircuit: true }
      : next(specifier, context),
});
