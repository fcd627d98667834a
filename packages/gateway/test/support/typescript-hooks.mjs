import { existsSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

/** Lets a plain Node run the sources: their imports end in `.js`, and packages name their sources under a condition. */
registerHooks({
  resolve(specifier, context, next) {
    const conditions = [...context.conditions, "@kunji/source"];
    if (/^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.endsWith(".ts")) {
      const source = new URL(specifier.replace(/\.js$/, ".ts"), context.parentURL);
      if (existsSync(fileURLToPath(source))) return next(source.href, { ...context, conditions });
    }
    return next(specifier, { ...context, conditions });
  },
});
