import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PLACEHOLDER } from "../src/message.ts";
import { cataloguesIn, placeholdersOf } from "./catalogues.ts";
import { typesOf } from "./text_types.ts";

const SRC = join(import.meta.dirname, "../src");
const LANGUAGES = await cataloguesIn(join(SRC, "languages"));
const ALL = new Set([...LANGUAGES.values()].flatMap((catalogue) => [...catalogue.keys()]));

/** Return a message's placeholders in alphabetical order. */
function names(message: string): string[] {
  return [...placeholdersOf(message).keys()].sort();
}

describe.each([...LANGUAGES])("the catalogue of %s", (_, catalogue) => {
  it("has every text that another language has", () => {
    expect([...ALL].filter((id) => !catalogue.get(id)?.trim())).toEqual([]);
  });

  it.each([...LANGUAGES])("has the same placeholders as that of %s", (_other, theirs) => {
    const differing = [...catalogue].filter(
      ([id, text]) => names(text).join() !== names(theirs.get(id) ?? text).join(),
    );
    expect(differing).toEqual([]);
  });

  it("has braces only around placeholders, and an 'other' form in every plural", () => {
    const wrong = [...catalogue].filter(
      ([, text]) =>
        /[{}]/.test(text.replaceAll(PLACEHOLDER, "")) ||
        text.split(", plural,").length !== text.split(/ other \{[^{}]*\}\}/).length,
    );
    expect(wrong).toEqual([]);
  });
});

it("the types of the texts are those of the catalogues", async () => {
  // To update the file, run `npm run texts`.
  expect(await readFile(join(SRC, "texts.ts"), "utf8")).toBe(await typesOf(LANGUAGES));
});
