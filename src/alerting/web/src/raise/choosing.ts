/** Selection of places: everything within a selected place is selected with it. */

import type { Chosen } from "./form";

/** Return whether a place is selected by itself or within a wider one; null if neither. */
export function howChosen(places: readonly Chosen[], code: string): "itself" | "within" | null {
  if (places.some((place) => place.code === code)) return "itself";
  return places.some((place) => code.startsWith(place.code)) ? "within" : null;
}

/** Select or deselect a place; a wider place replaces those within it. */
export function toggled(places: readonly Chosen[], place: Chosen): readonly Chosen[] {
  const others = places.filter(({ code }) => !code.startsWith(place.code));
  return howChosen(places, place.code) === "itself" ? others : [...others, place];
}
