/** Reads the catalogues of the pages' texts from their folders, for checks and for types. */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PLACEHOLDER } from "../src/message.ts";

/** The messages of a language by 'part.name key'. */
export type Catalogue = ReadonlyMap<string, string>;

const HEAD = "language.json";

/** Read the catalogues by language. */
export async function cataloguesIn(folder: string): Promise<ReadonlyMap<string, Catalogue>> {
  const codes = (await readdir(folder)).sort();
  return new Map(
    await Promise.all(codes.map(async (code) => [code, await read(join(folder, code))] as const)),
  );
}

/** Return a message's placeholders; true for those that choose a plural form. */
export function placeholdersOf(message: string): ReadonlyMap<string, boolean> {
  const found = new Map<string, boolean>();
  for (const [, name = "", forms] of message.matchAll(PLACEHOLDER))
    found.set(name, forms !== undefined || (found.get(name) ?? false));
  return found;
}

async function read(folder: string): Promise<Catalogue> {
  const messages = new Map<string, string>();
  for (const file of (await readdir(folder)).sort()) {
    if (file === HEAD) continue;
    const part = file.replace(/\.json$/, "");
    const named = JSON.parse(await readFile(join(folder, file), "utf8")) as Record<string, object>;
    for (const [name, texts] of Object.entries(named))
      for (const [key, text] of Object.entries(texts)) messages.set(`${part}.${name} ${key}`, text);
  }
  return messages;
}
