/** Makes src/texts.ts, the types of the pages' texts, from the catalogues: `npm run texts`. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format } from "prettier";
import { cataloguesIn, placeholdersOf, type Catalogue } from "./catalogues.ts";

const SRC = join(import.meta.dirname, "../src");
const HEAD = `/** The pages' texts by name, with their placeholders; made by \`npm run texts\`. */

/** A number is formatted by the language's locale. */
type Shown = number | string;
`;

/** Return the module with the types of all texts that any language has. */
export async function typesOf(languages: ReadonlyMap<string, Catalogue>): Promise<string> {
  const placeholders = new Map<string, Map<string, boolean>>();
  for (const catalogue of languages.values())
    for (const [id, message] of catalogue) {
      const known = placeholders.get(id) ?? new Map<string, boolean>();
      for (const [name, isPlural] of placeholdersOf(message))
        known.set(name, isPlural || (known.get(name) ?? false));
      placeholders.set(id, known);
    }
  return format(`${HEAD}\nexport interface Texts {${named(placeholders)}}`, {
    parser: "typescript",
    printWidth: 100,
  });
}

function named(placeholders: ReadonlyMap<string, ReadonlyMap<string, boolean>>): string {
  const byName = new Map<string, string[]>();
  for (const [id, values] of placeholders) {
    const [name = "", key = ""] = id.split(" ");
    byName.set(name, [...(byName.get(name) ?? []), `readonly "${key}": ${typeOf(values)};`]);
  }
  return [...byName].map(([name, keys]) => `readonly "${name}": {${keys.join("\n")}};`).join("\n");
}

function typeOf(values: ReadonlyMap<string, boolean>): string {
  if (values.size === 0) return "string";
  const fields = [...values].map(([name, isPlural]) => `${name}: ${isPlural ? "number" : "Shown"}`);
  return `(values: { ${fields.join("; ")} }) => string`;
}

if (import.meta.main)
  await writeFile(join(SRC, "texts.ts"), await typesOf(await cataloguesIn(join(SRC, "languages"))));
