/** Steps after a build: the service worker, the icons, and a compressed copy of every text file. */

import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build, type Plugin } from "vite";
import { cataloguesOf, filesOf } from "./first_load.ts";
import { drawIcons } from "./icons.ts";
import { QUIET_CHECKS } from "./pages.ts";

const TEXTS = /\.(css|html|js|svg|webmanifest)$/;
const WORKER = "src/sw.ts";
/** The pages that the service worker caches, because they must open without a network. */
const KEPT = ["away", "doors", "raise", "sign-in"] as const;

export function finish(): Plugin {
  let folder = "";
  return {
    name: "finish",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    async closeBundle() {
      await buildWorker(folder);
      await drawIcons(folder);
      await compressAll(folder);
    },
  };
}

/** Bundle the service worker with its imports into one file, as browsers require. */
async function buildWorker(folder: string): Promise<void> {
  // Cache every language, so that it can be changed without a network too.
  const kept = await Promise.all(
    KEPT.map(async (page) => [await filesOf(folder, page), ...(await cataloguesOf(folder, page))]),
  );
  const files = [...new Set(kept.flat(2))].filter((file) => !file.endsWith(".html"));
  await build({
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    define: { __KEPT__: JSON.stringify([...KEPT.map((page) => `/${page}`), ...files].sort()) },
    build: {
      target: "es2022",
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: {
        checks: QUIET_CHECKS,
        input: WORKER,
        output: { format: "iife", entryFileNames: "sw.js" },
      },
    },
  });
}

async function compressAll(folder: string): Promise<void> {
  const files = await readdir(folder, { recursive: true });
  await Promise.all(files.filter((file) => TEXTS.test(file)).map((file) => compress(folder, file)));
}

async function compress(folder: string, file: string): Promise<void> {
  const content = await readFile(join(folder, file));
  await writeFile(join(folder, `${file}.br`), brotliCompressSync(content));
  await writeFile(join(folder, `${file}.gz`), gzipSync(content, { level: 9 }));
}
