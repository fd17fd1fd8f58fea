/** The files a browser fetches before a page works, from its HTML and its scripts' imports. */

import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

const IN_HTML = /(?:src|href)="(\/[^"]+\.(?:js|css|svg|webmanifest))"/g;
/** Static imports like `import{b}from"./a.js"`, `export…from"./a.js"`; not `import("./a.js")`. */
const IN_SCRIPT = /(?:from|import)\s*["']\.\/([^"']+\.js)["']/g;
/** The name of a catalogue's built file: that of `catalogueName`, and a hash. */
const CATALOGUE = /^texts\.([^.]+)\.([^.]+?)-[\w-]{8}\.js$/;

/** Return the addresses of a page's HTML and of everything it imports statically. */
export async function filesOf(folder: string, page: string): Promise<string[]> {
  const html = `/${page}.html`;
  const found = [html];
  for (const file of found) {
    const text = await readFile(join(folder, file), "utf8");
    for (const next of file === html ? named(text, IN_HTML, "") : imported(file, text))
      if (!found.includes(next)) found.push(next);
  }
  return found;
}

/** Return the addresses of a page's catalogues, one list per language; a browser fetches one list. */
export async function cataloguesOf(folder: string, page: string): Promise<string[][]> {
  const byLanguage = new Map<string, string[]>();
  for (const file of (await readdir(join(folder, "assets"))).sort()) {
    const [, code, part] = CATALOGUE.exec(file) ?? [];
    if (code === undefined || (part !== page && part !== "shared")) continue;
    byLanguage.set(code, [...(byLanguage.get(code) ?? []), `/assets/${file}`]);
  }
  return [...byLanguage.values()];
}

/** Return the name of a catalogue's file, without its hash, from its path; null for other files. */
export function catalogueName(path: string): string | null {
  const [, code, part] = /\/languages\/([^/]+)\/([^/]+)\.json$/.exec(path) ?? [];
  return code === undefined ? null : `texts.${code}.${part}`;
}

function imported(file: string, text: string): string[] {
  return file.endsWith(".js") ? named(text, IN_SCRIPT, "/assets/") : [];
}

function named(text: string, pattern: RegExp, folder: string): string[] {
  return [...text.matchAll(pattern)].map((match) => `${folder}${match[1] ?? ""}`);
}
