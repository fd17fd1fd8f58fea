/** The hazards to choose from: the service's phrase library, and any other by its name. */

import type { HazardBody, SettingsBody } from "../api";

/** The choice of a hazard that the library does not have. */
export const OTHER = "other";

/** A hazard; its alert names it in the service's language. */
export interface Hazard {
  readonly id: string;
  readonly category: HazardBody["category"];
  /** The name used in texts; the service recognizes it as the first word of an SMS. */
  readonly event: string;
  readonly instruction: string;
  /** The name by language. */
  readonly names: HazardBody["names"];
}

/** Return the hazards of the library, in the order of display. */
export function hazardsOf({ hazards, home_language: home }: SettingsBody): readonly Hazard[] {
  return hazards.map(({ id, category, names, instructions }) => ({
    id,
    category,
    names,
    event: names[home] ?? "",
    instruction: instructions[home] ?? "",
  }));
}

/** Return an alert's event in a language; unchanged if the library does not have it. */
export function eventIn(event: string, hazards: readonly Hazard[], language: string): string {
  const hazard = hazards.find((each) => each.event === event);
  return hazard ? nameIn(hazard, language) : event;
}

/** Return the hazard's name in a language, or else in the service's. */
export function nameIn({ names, event }: Hazard, language: string): string {
  return names[language] ?? event;
}
