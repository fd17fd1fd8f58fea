/** Search for a household at the assembly point: by code or its last digits, name or address. */

import type { Home } from "./server_cache";

const MOST = 12;
const WHOLE_CODE = /^\d{16,19}$/;

/** Return the households that match the input, matching codes first. */
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

/** Return the input if it is a full household code that is not among these; else null. */
export function unknownCode(homes: readonly Home[], typed: string): string | null {
  const code = plain(typed);
  return WHOLE_CODE.test(code) && !homes.some((home) => home.code === code) ? code : null;
}

function rank({ code, head }: Home, wanted: string): number {
  if (code.endsWith(wanted)) return 0;
  return plain(head).startsWith(wanted) ? 1 : 2;
}

/** Normalize full-width digits and remove blanks. */
function plain(text: string): string {
  return text.normalize("NFKC").replace(/\s+/g, "").toLowerCase();
}
