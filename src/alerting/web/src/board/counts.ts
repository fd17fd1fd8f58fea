/** People and households by standing, summed over any part of the tree. */

import type { FeedTallyBody } from "../api";

/** Counts of one place. People of a partly evacuated household count by their own standing. */
export interface Counts {
  readonly households: Readonly<Record<string, number>>;
  readonly people: Readonly<Record<string, number>>;
}

type Tallies = Readonly<Record<string, FeedTallyBody>>;

const PEOPLE = ["needs_help", "staying", "unaccounted", "elsewhere", "evacuated"] as const;
const NOBODY: Counts = { households: {}, people: {} };

/** Return the sum over all villages and grids whose code starts with the division's. */
export function countsIn(tallies: Tallies, division: string): Counts {
  let sum = NOBODY;
  for (const [code, tally] of Object.entries(tallies))
    if (code.startsWith(division)) sum = plus(sum, tally);
  return sum;
}

/** Return the number of people, each counted once. */
export function everybody({ people }: Counts): number {
  return PEOPLE.reduce((sum, standing) => sum + (people[standing] ?? 0), 0);
}

/** Return the number of households. */
export function allHouseholds({ households }: Counts): number {
  return Object.values(households).reduce((sum, count) => sum + count, 0);
}

/** Return the number of people known to be safe, claimed or verified. */
export function accounted({ people }: Counts): number {
  return (people["elsewhere"] ?? 0) + (people["evacuated"] ?? 0);
}

/** Return the number of people for whom no evidence accounts. */
export function unaccounted({ people }: Counts): number {
  return people["unaccounted"] ?? 0;
}

/** Return the share of all people that is unaccounted for, from 0 to 1. */
export function shareUnaccounted(counts: Counts): number {
  const all = everybody(counts);
  return all ? unaccounted(counts) / all : 0;
}

/** Return people by standing, without `verified`, which would count some of them twice. */
export function peopleByStanding({ people }: Counts): Record<string, number> {
  return Object.fromEntries(PEOPLE.map((standing) => [standing, people[standing] ?? 0]));
}

function plus(some: Counts, more: Counts): Counts {
  return {
    households: added(some.households, more.households),
    people: added(some.people, more.people),
  };
}

function added(
  some: Readonly<Record<string, number>>,
  more: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum = { ...some };
  for (const [name, value] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + value;
  return sum;
}
