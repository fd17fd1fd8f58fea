/** The divisions that a search found, in pages. */

import { signal } from "@preact/signals";
import type { OfficeDivisionBody } from "../../api";
import { get } from "../../client";
import { FoundList, type Page } from "../found_list";

export class DivisionList extends FoundList<OfficeDivisionBody> {
  readonly withoutPoint = signal(false);
  readonly division = signal<string | null>(null);

  protected override async page(after: string): Promise<Page<OfficeDivisionBody>> {
    const query = {
      search: this.search.value,
      without_point: this.withoutPoint.value,
      after,
      ...(this.division.value !== null && { division: this.division.value }),
    };
    const found = await get("/api/office/divisions", { query });
    return { entries: found.divisions, after: found.after };
  }
}
