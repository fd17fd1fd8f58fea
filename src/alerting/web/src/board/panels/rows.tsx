/** A panel's list: its first rows, and a button that shows them all. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { number } from "../../language";
import { rowsAtFirst } from "../wide";
import { words } from "./words";

export interface RowsProps<T> {
  readonly of: readonly T[];
  /** Return a row; it needs a key. */
  readonly row: (each: T) => JSX.Element;
  /** Rows shown at first on a wide screen; if omitted, all. */
  readonly most?: number;
}

export function Rows<T>({ of, row, most = Infinity }: RowsProps<T>): JSX.Element {
  const shown = useSignal(rowsAtFirst(most));
  return (
    <>
      <ul class="panel-list">{of.slice(0, shown.value).map(row)}</ul>
      {of.length > shown.value && (
        <button type="button" class="plain" onClick={() => (shown.value = Infinity)}>
          {words().all} ({number(of.length)})
        </button>
      )}
    </>
  );
}
