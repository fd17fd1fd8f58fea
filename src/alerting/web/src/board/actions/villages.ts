/** The villages of a board, most people unaccounted for first. */

import type { FeedTallyBody } from "../../api";
import { covers, villageOf } from "../panels/places";

export interface Village {
  readonly code: string;
  /** Number of people unaccounted for. */
  readonly people: number;
  readonly households: number;
}

export function villagesOf(
  tallies: Readonly<Record<string, FeedTallyBody>>,
  division: string,
): Village[] {
  const found = new Map<string, Village>();
  for (const [place, tally] of Object.entries(tallies)) {
    const code = villageOf(place);
    if (!covers(division, place) && !covers(place, division)) continue;
    const { people, households } = found.get(code) ?? { people: 0, households: 0 };
    found.set(code, {
      code,
      people: people + (tally.people["unaccounted"] ?? 0),
      households:
        households + (tally.households["unaccounted"] ?? 0) + (tally.households["partly"] ?? 0),
    });
  }
  return [...found.values()].sort((a, b) => b.people - a.people || a.code.localeCompare(b.code));
}
