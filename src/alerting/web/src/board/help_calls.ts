/** New calls for help, derived from the tallies. */

import type { FeedTallyBody } from "../api";

/** Number of households that call for help, by village or grid. */
export type Calls = Readonly<Record<string, number>>;

/** Return the number of households that call for help by place; places without any are left out. */
export function callsIn(tallies: Readonly<Record<string, FeedTallyBody>>): Calls {
  return Object.fromEntries(
    Object.entries(tallies)
      .map(([division, { households }]) => [division, households["needs_help"] ?? 0] as const)
      .filter(([, calls]) => calls > 0),
  );
}

/** Return the places with more calls than before; nothing is new at the first tallies. */
export function newCalls(before: Calls | null, now: Calls): string[] {
  if (before === null) return [];
  return Object.keys(now).filter((division) => (now[division] ?? 0) > (before[division] ?? 0));
}
