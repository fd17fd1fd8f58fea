/** The division a board is narrowed to, kept in the address so that a reload keeps it. */

import { effect, signal, type Signal } from "@preact/signals";

const CODE = /^#(\d{2,19})$/;

/** Return the division in an address's hash if it lies within `own`, else `own`. */
export function divisionIn(hash: string, own: string): string {
  const named = CODE.exec(hash)?.[1];
  return named?.startsWith(own) ? named : own;
}

/** Return the selected division as a signal that is kept in sync with the address. */
export function selectedDivision(own: string): Signal<string> {
  const selected = signal(divisionIn(location.hash, own));
  addEventListener("hashchange", () => (selected.value = divisionIn(location.hash, own)));
  effect(() => {
    const division = selected.value;
    if (division !== divisionIn(location.hash, own)) location.hash = division;
  });
  return selected;
}
