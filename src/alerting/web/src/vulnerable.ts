/** The kinds of vulnerability in the reader's words; the roster's keys are English. */

import { list, texts } from "./language";

const t = texts("shared.vulnerable");

/** Return the words for each key of the roster ('elderly;alone'). */
export function needsOf(vulnerable: string): string[] {
  const known: Readonly<Record<string, string>> = t();
  return vulnerable ? vulnerable.split(";").map((word) => known[word] ?? word) : [];
}

/** Return the same words in one line. */
export function whyVulnerable(vulnerable: string): string {
  return list(needsOf(vulnerable));
}
