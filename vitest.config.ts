import { defineConfig } from "vitest/config";

// Tests read the sources, not the build: the packages name them under this condition. `import` is left out: a package
// that other packages require would be there twice, once of each kind.
const conditions = ["@kunji/source", "node"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "scripts/test/**/*.test.mjs"],
    isolate: false,
    pool: "forks",
    testTimeout: 20_000,
    // The first file that needs PostgreSQL starts it.
    hookTimeout: 60_000,
  },
});
