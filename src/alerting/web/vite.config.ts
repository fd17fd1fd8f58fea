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
    // Write the licences of the bundled packages to this file.
    license: { fileName: "licenses.md" },
    // In kB, for Swagger UI: it is one large script, which only the API's reference loads.
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
    // A busy machine may be slow.
    testTimeout: 30_000,
    setupFiles: "src/test_setup.ts",
    include: ["src/**/*.test.{ts,tsx}", "tooling/**/*.test.ts"],
  },
});
