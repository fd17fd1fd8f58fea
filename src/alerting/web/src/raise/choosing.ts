/** Choosing places: what lies in a chosen one is chosen with it. */

import type { Chosen } from "./form";

/** Whether a place is chosen, by itself or within a wider one. */
export function howChosen(places: readonly Chosen[], code: string): "itself" | "within" | null {
  if (places.some((place) => place.code === code)) return "itself";
  return places.some((place) => code.startsWith(place.code)) ? "within" : null;
}

/** Choose a place, or choose it no more; a wider place takes up those within it. */
export function toggled(places: readonly Chosen[], place: Chosen): readonly Chosen[] {
  const others = places.filter(({ code }) => !code.startsWith(place.code));
  return howChosen(places, place.code) === "itself" ? others : [...others, place];
}
