/** The search and the rows of a page of the roster, the same on each. */

import type { ReadonlySignal, Signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import type { FoundList } from "./found_list";

interface SearchProps {
  readonly list: {
    readonly search: Signal<string>;
    readonly busy: ReadonlySignal<boolean>;
    look(): Promise<void>;
  };
  readonly words: { readonly search: string; readonly look: string };
  /** The filters beside the searched text. */
  readonly children: ComponentChildren;
}

export function SearchForm({ list, words, children }: SearchProps): JSX.Element {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void list.look();
      }}
    >
      <label for="search">{words.search}</label>
      <input
        id="search"
        type="search"
        maxLength={60}
        value={list.search.value}
        onInput={(event) => (list.search.value = event.currentTarget.value)}
      />
      {children}
      <button type="submit" class="primary" disabled={list.busy.value}>
        {words.look}
      </button>
    </form>
  );
}

interface RowsProps<Entry> {
  readonly list: FoundList<Entry>;
  readonly words: { readonly none: string; readonly more: string };
  /** Return the row of an entry, with a key. */
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
