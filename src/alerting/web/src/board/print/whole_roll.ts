/** Reads every household of a village, page by page. */

import type { HouseholdPageBody, ListedHouseholdBody } from "../../api";
import { get } from "../../client";

const PAGE = 1000;
/** Maximum reads of a village: a household whose danger changes between two pages may be missed. */
const ATTEMPTS = 3;

/** Return all households of a village by code; `count` is the number that there should be. */
export async function householdsOf(
  alert: number,
  village: string,
  count: number,
): Promise<ListedHouseholdBody[]> {
  const found = new Map<string, ListedHouseholdBody>();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    for await (const { households } of pagesOf(alert, village))
      for (const each of households) found.set(each.code, each);
    if (found.size >= count) break;
  }
  return [...found.values()].toSorted((one, other) => (one.code < other.code ? -1 : 1));
}

async function* pagesOf(alert: number, division: string): AsyncGenerator<HouseholdPageBody> {
  let after: string | null = null;
  do {
    const page: HouseholdPageBody = await get("/api/alerts/{alert_id}/households", {
      path: { alert_id: alert },
      query: { division, limit: PAGE, after },
    });
    yield page;
    after = page.after;
  } while (after !== null);
}
