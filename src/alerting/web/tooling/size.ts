/** Prints each page's compressed first-load size in its longest language; fails above the limit. */

import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cataloguesOf, filesOf } from "./first_load.ts";
import { PAGES } from "./pages.ts";

const DIST = join(dirname(import.meta.dirname), "dist");
const KILOBYTE = 1024;
const AT_MOST: Record<(typeof PAGES)[number], number> = {
  alerts: 60,
  away: 60,
  board: 150,
  doors: 60,
  office: 60,
  passkeys: 60,
  raise: 60,
  // Swagger UI, unmodified; nobody needs it quickly in an emergency.
  reference: 420,
  security: 60,
  setup: 60,
  "sign-in": 60,
};

for (const page of PAGES) {
  const catalogues = await Promise.all((await cataloguesOf(DIST, page)).map(transfer));
  const bytes = (await transfer(await filesOf(DIST, page))) + Math.max(...catalogues);
  const kilobytes = bytes / KILOBYTE;
  const verdict = kilobytes > AT_MOST[page] ? "TOO MUCH" : "ok";
  console.log(`${page}: ${kilobytes.toFixed(1)} KB of ${AT_MOST[page]} KB ${verdict}`);
  if (kilobytes > AT_MOST[page]) process.exitCode = 1;
}

/** Return the number of bytes sent with brotli, which every browser accepts. */
async function transfer(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(DIST, `${file}.br`))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
