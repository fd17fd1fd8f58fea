/** The divisions that a search found, page after page. */

import { signal } from "@preact/signals";
import type { OfficeDivisionBody } from "../../api";
import { get } from "../../client";
import { askedFor } from "../division_choice";

export class DivisionList {
  readonly search = signal(askedFor());
  readonly withoutPoint = signal(false);
  readonly division = signal<string | null>(null);
  /** Null before the first answer. */
  readonly divisions = signal<readonly OfficeDivisionBody[] | null>(null);
  /** Where the next page begins; null if there is no more. */
  readonly after = signal<string | null>(null);
  readonly busy = signal(false);
  readonly failure = signal<unknown>(null);

  /** Search anew. */
  async look(): Promise<void> {
    await this.#load([], "");
  }

  /** Add the next page. */
  async more(): Promise<void> {
    await this.#load(this.divisions.value ?? [], this.after.value ?? "");
  }

  async #load(before: readonly OfficeDivisionBody[], after: string): Promise<void> {
    this.busy.value = true;
    this.failure.value = null;
    try {
      const query = {
        search: this.search.value,
        without_point: this.withoutPoint.value,
        after,
        ...(this.division.value !== null && { division: this.division.value }),
      };
      const found = await get("/api/office/divisions", { query });
      this.divisions.value = [...before, ...found.divisions];
      this.after.value = found.after;
    } catch (error) {
      this.failure.value = error;
    }
    this.busy.value = false;
  }
}
