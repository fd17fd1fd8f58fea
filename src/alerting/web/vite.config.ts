import { defineConfig } from "vitest/config";
import { finish } from "./tooling/finish.ts";
import { catalogueName } from "./tooling/first_load.ts";
import { PAGES, QUIET_CHECKS } from "./tooling/pages.ts";

export default defineConfig({
  plugins: [finish()],
  build: {
    target: "es2022",
    // No inline scripts: the pages' security policy allows none.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // The terms of what is bundled, beside it.
    license: { fileName: "licenses.md" },
    // In kB: Swagger UI is published as one script, which only the API's reference loads.
    chunkSizeWarningLimit: 1_600,
    rolldownOptions: {
      checks: QUIET_CHECKS,
      input: PAGES.map((page) => `${page}.html`),
      output: {
        chunkFileNames: ({ facadeModuleId, name }) =>
          `assets/${catalogueName(facadeModuleId ?? "") ?? name}-[hash].js`,
      },
    },
  },
  test: {
    environment: "happy-dom",
    pool: "vmThreads",
    // What must happen may take a busy machine long.
    testTimeout: 30_000,
    setupFiles: "src/test_setup.ts",
    include: ["src/**/*.test.{ts,tsx}", "tooling/**/*.test.ts"],
  },
});
