/** The reasons why somebody needs more help to get out, in words; the roster's keys are English. */

import { list, texts } from "./language";

const t = texts(
  {
    elderly: "老人",
    frail: "体弱",
    ill: "病人",
    disabled: "残疾",
    pregnant: "孕妇",
    infant: "婴幼儿",
    alone: "独居",
  },
  {
    elderly: "elderly",
    frail: "frail",
    ill: "ill",
    disabled: "disabled",
    pregnant: "pregnant",
    infant: "infant",
    alone: "alone",
  },
);

/** Return the words for each key of the roster ('elderly;alone'). */
export function needsOf(vulnerable: string): string[] {
  const known: Readonly<Record<string, string>> = t();
  return vulnerable ? vulnerable.split(";").map((word) => known[word] ?? word) : [];
}

/** Return the same words in one line. */
export function whyVulnerable(vulnerable: string): string {
  return list(needsOf(vulnerable));
}
