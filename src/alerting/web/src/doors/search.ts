/** Finding a household at the assembly point: by its code, or the end of it, name or address. */

import type { Home } from "./server_cache";

const MOST = 12;
const WHOLE_CODE = /^\d{16,19}$/;

/** Return households that what was typed may mean, the exact ones first. */
export function search(homes: readonly Home[], typed: string): Home[] {
  const wanted = plain(typed);
  if (wanted === "") return [];
  const found = homes.filter(
    ({ code, head, address, persons }) =>
      code.endsWith(wanted) ||
      [head, address, ...persons].some((text) => plain(text).includes(wanted)),
  );
  return found.toSorted((one, other) => rank(one, wanted) - rank(other, wanted)).slice(0, MOST);
}

/** Return what was typed if it is a household's whole code that is not among these. */
export function unknownCode(homes: readonly Home[], typed: string): string | null {
  const code = plain(typed);
  return WHOLE_CODE.test(code) && !homes.some((home) => home.code === code) ? code : null;
}

function rank({ code, head }: Home, wanted: string): number {
  if (code.endsWith(wanted)) return 0;
  return plain(head).startsWith(wanted) ? 1 : 2;
}

/** Full-width digits are digits, and blanks say nothing. */
function plain(text: string): string {
  return text.normalize("NFKC").replace(/\s+/g, "").toLowerCase();
}
