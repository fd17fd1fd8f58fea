/** The files a browser fetches before a page works, from its HTML and its scripts' imports. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";

const IN_HTML = /(?:src|href)="(\/[^"]+\.(?:js|css|svg|webmanifest))"/g;
/** Static imports like `import{b}from"./a.js"`, `export…from"./a.js"`; not `import("./a.js")`. */
const IN_SCRIPT = /(?:from|import)\s*["']\.\/([^"']+\.js)["']/g;

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

function imported(file: string, text: string): string[] {
  return file.endsWith(".js") ? named(text, IN_SCRIPT, "/assets/") : [];
}

function named(text: string, pattern: RegExp, folder: string): string[] {
  return [...text.matchAll(pattern)].map((match) => `${folder}${match[1] ?? ""}`);
}
