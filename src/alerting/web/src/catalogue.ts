/**
 * The catalogues of the pages' texts: one folder per language, one file per page.
 *
 * A language exists if its folder exists. Only its name and locale are part of the scripts; its
 * texts are loaded when they are first shown.
 */

import { read } from "./message";
import type { Texts } from "./texts";

/** A language, by its own name. */
export interface Language {
  readonly name: string;
  readonly locale: string;
}

/** A file of every catalogue: 'shared', or a page's own. */
export type Part = PartOf<keyof Texts>;
type PartOf<Key> = Key extends `${infer P}.${string}` ? P : never;

type Messages = Readonly<Record<string, Readonly<Record<string, string>>>>;

const HEADS = import.meta.glob<Language>("./languages/*/language.json", {
  eager: true,
  import: "default",
});
const FILES = import.meta.glob<Messages>(["./languages/*/*.json", "!**/language.json"], {
  import: "default",
});

/** The languages by code, in the codes' order. */
export const LANGUAGES: ReadonlyMap<string, Language> = new Map(
  Object.entries(HEADS).map(([path, language]) => [path.split("/")[2] ?? "", language]),
);

/** Load a part of a language's catalogue. Throws if the file cannot be fetched. */
export async function load(code: string, part: Part): Promise<Partial<Texts>> {
  const file = FILES[`./languages/${code}/${part}.json`];
  const locale = LANGUAGES.get(code)?.locale;
  if (!file || locale === undefined) throw new Error(`there is no ${part} in '${code}'`);
  const found = Object.entries(await file()).map(([name, messages]) => [
    `${part}.${name}`,
    Object.fromEntries(Object.entries(messages).map(([key, text]) => [key, read(text, locale)])),
  ]);
  return Object.fromEntries(found) as Partial<Texts>;
}
