/** New calls for help, as the numbers tell them. */

import type { FeedTallyBody } from "../api";

/** Households that call for help, by village or grid. */
export type Calls = Readonly<Record<string, number>>;

/** Return how many households call for help where, without places where none does. */
export function callsIn(tallies: Readonly<Record<string, FeedTallyBody>>): Calls {
  return Object.fromEntries(
    Object.entries(tallies)
      .map(([division, { households }]) => [division, households["needs_help"] ?? 0] as const)
      .filter(([, calls]) => calls > 0),
  );
}

/** Return where more households call than before; before the first numbers nothing is new. */
export function newCalls(before: Calls | null, now: Calls): string[] {
  if (before === null) return [];
  return Object.keys(now).filter((division) => (now[division] ?? 0) > (before[division] ?? 0));
}
