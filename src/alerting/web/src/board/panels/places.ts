/** The names of divisions, queried when first needed and cached. */

import { signal } from "@preact/signals";
import type { LocalityBody } from "../../api";
import { get } from "../../client";

const VILLAGE_DIGITS = 12;
const TOWN_DIGITS = 9;
const COUNTY_DIGITS = 6;
const CITY_DIGITS = 4;
const LEVELS = [VILLAGE_DIGITS, TOWN_DIGITS, COUNTY_DIGITS, CITY_DIGITS] as const;

const names = signal<ReadonlyMap<string, string>>(new Map());
const asked = new Map<string, Promise<LocalityBody>>();

/** Return the division one tier above; null above the city. */
export function above(code: string): string | null {
  const digits = LEVELS.find((level) => level < code.length);
  return digits === undefined ? null : code.slice(0, digits);
}

/** Return whether a place or household lies in a division or is it. */
export function covers(division: string, place: string): boolean {
  return place.startsWith(division);
}

/** Return the village of a grid or household; a wider division is returned unchanged. */
export function villageOf(code: string): string {
  return code.slice(0, VILLAGE_DIGITS);
}

/** Return a division with the divisions one tier below; queried once and cached. */
export function locality(code: string): Promise<LocalityBody> {
  const known = asked.get(code);
  if (known) return known;
  const answer = get("/api/divisions/{code}", { path: { code } });
  asked.set(code, answer);
  answer.then(learn, () => asked.delete(code));
  return answer;
}

/** Return a division's name, or its code until the name arrives and re-renders the reader. */
export function placeName(code: string): string {
  const name = names.value.get(code);
  if (name === undefined && code !== "") void locality(above(code) ?? code).catch(() => undefined);
  return name ?? code;
}

function learn(found: LocalityBody): void {
  const known = new Map(names.value);
  for (const place of [found, ...found.parts]) known.set(place.code, place.name);
  names.value = known;
}
