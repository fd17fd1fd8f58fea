/** The rows that a search of the roster found, with a button for more; shared by all such pages. */

import type { JSX } from "preact";
import type { FoundList } from "./found_list";

interface RowsProps<Entry> {
  readonly list: FoundList<Entry>;
  readonly words: { readonly none: string; readonly more: string };
  /** Return the row of an entry; it needs a key. */
  readonly row: (entry: Entry) => JSX.Element;
}

export function FoundRows<Entry>({ list, words, row }: RowsProps<Entry>): JSX.Element {
  const found = list.entries.value;
  return (
    <>
      <div role="status">{found?.length === 0 && <p>{words.none}</p>}</div>
      <ul class="rows">{found?.map(row)}</ul>
      {list.after.value !== null && (
        <button type="button" disabled={list.busy.value} onClick={() => void list.more()}>
          {words.more}
        </button>
      )}
    </>
  );
}
