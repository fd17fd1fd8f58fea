/** The search form of a list: a field of words, further filters, and the button. */

import type { Signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";

interface Props {
  readonly list: { readonly search: Signal<string>; look(): Promise<unknown> };
  readonly words: { readonly search: string; readonly look: string };
  readonly isBusy: boolean;
  /** The further filters. */
  readonly children: ComponentChildren;
}

export function SearchForm({ list, words, isBusy, children }: Props): JSX.Element {
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
      <button type="submit" class="primary" disabled={isBusy}>
        {words.look}
      </button>
    </form>
  );
}
