/** The households that a search found, in pages. */

import { signal } from "@preact/signals";
import type { Lack, OfficeHouseholdBody } from "../../api";
import { get } from "../../client";
import { FoundList, type Page } from "../found_list";

export class HouseholdList extends FoundList<OfficeHouseholdBody> {
  readonly lack = signal<Lack | "">("");
  readonly division = signal<string | null>(null);

  protected override async page(after: string): Promise<Page<OfficeHouseholdBody>> {
    const query = {
      search: this.search.value,
      after,
      ...(this.lack.value && { lack: this.lack.value }),
      ...(this.division.value !== null && { division: this.division.value }),
    };
    const found = await get("/api/office/households", { query });
    return { entries: found.households, after: found.after };
  }
}
