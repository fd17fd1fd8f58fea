/** Positions on the map. */

/** [latitude, longitude] in degrees WGS 84. */
export type Place = readonly [number, number];

/** Return the middle of the homes of a division; null if none has a position. */
export function middleOf(homes: Readonly<Record<string, Place>>, division: string): Place | null {
  const found = Object.entries(homes)
    .filter(([code]) => code.startsWith(division))
    .map(([, place]) => place);
  if (!found.length) return null;
  const middle = (side: 0 | 1): number =>
    found.reduce((sum, place) => sum + place[side], 0) / found.length;
  return [middle(0), middle(1)];
}
