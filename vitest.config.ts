import { defineConfig } from "vitest/config";

// Tests read the sources, not the build: the packages name them under this condition.
const conditions = ["@kunji/source", "node", "import", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "scripts/test/**/*.test.mjs"],
    isolate: false,
    pool: "forks",
    testTimeout: 20_000,
  },
});
