/** Media query of screens on which every part is unfolded; phones fold them for a short board. */

const WIDE = "(min-width: 900px)";
const ROWS_ON_A_PHONE = 5;

export function isWide(): boolean {
  return matchMedia(WIDE).matches;
}

/** Return the number of rows that a list shows at first: five on a phone, else `most`. */
export function rowsAtFirst(most = Infinity): number {
  return isWide() ? most : Math.min(ROWS_ON_A_PHONE, most);
}
