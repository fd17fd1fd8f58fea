/** The households that a search found, page after page. */

import { signal } from "@preact/signals";
import type { Lack, OfficeHouseholdBody } from "../../api";
import { get } from "../../client";
import { askedFor } from "../division_choice";

export class HouseholdList {
  readonly search = signal(askedFor());
  readonly lack = signal<Lack | "">("");
  readonly division = signal<string | null>(null);
  /** Null before the first answer. */
  readonly households = signal<readonly OfficeHouseholdBody[] | null>(null);
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
    await this.#load(this.households.value ?? [], this.after.value ?? "");
  }

  async #load(before: readonly OfficeHouseholdBody[], after: string): Promise<void> {
    this.busy.value = true;
    this.failure.value = null;
    try {
      const query = {
        search: this.search.value,
        after,
        ...(this.lack.value && { lack: this.lack.value }),
        ...(this.division.value !== null && { division: this.division.value }),
      };
      const found = await get("/api/office/households", { query });
      this.households.value = [...before, ...found.households];
      this.after.value = found.after;
    } catch (error) {
      this.failure.value = error;
    }
    this.busy.value = false;
  }
}
