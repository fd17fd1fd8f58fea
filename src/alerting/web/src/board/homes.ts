/** The board's list of households: names by HTTP, standing by the feed, most danger first. */

import type { FeedHouseholdBody, ListedHouseholdBody, Standing } from "../api";

/** A household as lists need it; `known` is null until the service was asked for names. */
export interface Home {
  readonly code: string;
  readonly standing: Standing;
  readonly people: Readonly<Record<string, number>>;
  readonly headcount: number;
  readonly vulnerable: string;
  readonly verified: boolean;
  readonly flagged: boolean;
  /** Id of the officer whose word its standing rests on. */
  readonly settled_by: string | null;
  readonly known: ListedHouseholdBody | null;
}

const DANGER: Record<Standing, number> = {
  needs_help: 0,
  unaccounted: 1,
  partly: 2,
  staying: 3,
  elsewhere: 4,
  evacuated: 5,
};

/** Return a household of the feed, with its list entry if that is known. */
export function homeOf(live: FeedHouseholdBody, known: ListedHouseholdBody | undefined): Home {
  return { ...live, known: known ?? null };
}

/** Return a household known from a list only. */
export function listedHome(known: ListedHouseholdBody): Home {
  return { ...known, known };
}

/** Return the households by danger: by standing, then the vulnerable, then the longest silent. */
export function byDanger(homes: readonly Home[]): Home[] {
  return [...homes].sort(
    (one, other) =>
      DANGER[one.standing] - DANGER[other.standing] ||
      Number(one.vulnerable === "") - Number(other.vulnerable === "") ||
      difference(lastWord(one), lastWord(other)) ||
      (one.code < other.code ? -1 : 1),
  );
}

/** Return whether an officer must still look for this household. */
export function isOpen({ standing }: Home): boolean {
  return standing !== "evacuated" && standing !== "elsewhere";
}

/** Return the codes among the first `most` households whose names are not known yet. */
export function nameless(homes: readonly Home[], most: number): string[] {
  return homes
    .slice(0, most)
    .filter(({ known }) => known === null)
    .map(({ code }) => code);
}

function difference(one: number, other: number): number {
  return one === other ? 0 : one - other;
}

/** Return the sort key of the last word: silent homes first, those without a list entry last. */
function lastWord({ known }: Home): number {
  if (known === null) return Infinity;
  return known.last_word_at === null ? 0 : Date.parse(known.last_word_at);
}
