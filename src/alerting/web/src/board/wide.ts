/** Wide screens show every part unfolded; a phone folds them, so that the board stays short. */

const WIDE = "(min-width: 900px)";
const ROWS_ON_A_PHONE = 5;

export function isWide(): boolean {
  return matchMedia(WIDE).matches;
}

/** Return how many rows a list shows at first: on a phone five, else `most`. */
export function rowsAtFirst(most = Infinity): number {
  return isWide() ? most : Math.min(ROWS_ON_A_PHONE, most);
}
