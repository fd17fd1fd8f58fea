/** The entries of the roster that a search found, in pages. */

import { signal } from "@preact/signals";
import { askedFor } from "./division_choice";

/** One page of entries; `after` is the cursor of the next page, null if there is no more. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  readonly after: string | null;
}

export abstract class FoundList<Entry> {
  readonly search = signal(askedFor());
  /** Null before the first answer. */
  readonly entries = signal<readonly Entry[] | null>(null);
  /** Cursor of the next page; null if there is no more. */
  readonly after = signal<string | null>(null);
  readonly busy = signal(false);
  readonly failure = signal<unknown>(null);

  /** Return the page at the cursor `after`. Throws Refusal or Unreachable. */
  protected abstract page(after: string): Promise<Page<Entry>>;

  /** Search again from the first page. */
  async look(): Promise<void> {
    await this.#load([], "");
  }

  /** Add the next page. */
  async more(): Promise<void> {
    await this.#load(this.entries.value ?? [], this.after.value ?? "");
  }

  async #load(before: readonly Entry[], after: string): Promise<void> {
    this.busy.value = true;
    this.failure.value = null;
    try {
      const found = await this.page(after);
      this.entries.value = [...before, ...found.entries];
      this.after.value = found.after;
    } catch (error) {
      this.failure.value = error;
    }
    this.busy.value = false;
  }
}
