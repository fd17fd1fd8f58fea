/** Names of the places around a division, to label a map with. */

import { get } from "../client";
import type { Named } from "./base_map";

const TOWN_DIGITS = 9;

/** Return the town of a division; a wider division is returned unchanged. */
export function townOf(code: string): string {
  return code.slice(0, TOWN_DIGITS);
}

/** Return the villages of the division's town, the division first; none if they are unknown. */
export async function namesAround(code: string): Promise<readonly Named[]> {
  try {
    const town = await get("/api/divisions/{code}", {
      path: { code: townOf(code) },
    });
    const places = town.parts.length > 0 ? [...town.parts] : [town];
    places.sort((one, other) => Number(other.code === code) - Number(one.code === code));
    return places.flatMap(({ name, middle }) => (middle ? [{ name, at: middle }] : []));
  } catch {
    return [];
  }
}
