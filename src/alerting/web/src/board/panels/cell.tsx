/** A count in a table: zero is muted, a bad count stands out. */

import type { JSX } from "preact";
import { number } from "../../language";

export function Cell({ of, isBad = false }: { of: number; isBad?: boolean }): JSX.Element {
  return <td class={of ? (isBad ? "is-lost" : "") : "is-nothing"}>{number(of)}</td>;
}
