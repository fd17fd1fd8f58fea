/** Texts shared by several parts of the board. */

import type { Tier } from "../../api";
import { texts } from "../../language";

const tiers = texts("board.tiers");
const t = texts("board.amounts");

/** The reader of these texts. */
export const words = t;

export function tierName(tier: string): string {
  return tiers()[tier as Tier] ?? tier;
}

/** From the city down. */
export const TIERS = [
  "city",
  "county",
  "town",
  "village",
  "grid",
  "household",
] as const satisfies readonly Tier[];
