/** Officer calls by tier, from the city down. */

import type { OfficerCallBody, Tier } from "../../api";
import { TIERS } from "./words";

export interface TierOfCalls {
  readonly tier: Tier;
  /** Silent officers; those who could not be woken come first. */
  readonly silent: readonly OfficerCallBody[];
  readonly confirmed: readonly OfficerCallBody[];
}

const BY_DIGITS: Readonly<Record<number, Tier>> = {
  2: "province",
  4: "city",
  6: "county",
  9: "town",
  12: "village",
  15: "grid",
};

/** Return the tier of a division by the length of its code. */
export function tierOf(division: string): Tier {
  return BY_DIGITS[division.length] ?? "household";
}

export function byTier(calls: readonly OfficerCallBody[]): TierOfCalls[] {
  return (["province", ...TIERS] as const)
    .map((tier) => {
      const there = calls.filter(({ division }) => tierOf(division) === tier);
      const unwoken = there.filter(({ state }) => state === "not_woken");
      const called = there.filter(({ state }) => state === "called");
      const confirmed = there.filter(({ state }) => state === "confirmed");
      return { tier, silent: [...unwoken, ...called], confirmed };
    })
    .filter(({ silent, confirmed }) => silent.length + confirmed.length > 0);
}
