/** The hazard points that a search found, in pages. */

import { signal } from "@preact/signals";
import type { OfficeHazardPointBody } from "../../api";
import { get } from "../../client";
import { FoundList, type Page } from "../found_list";

export class PointList extends FoundList<OfficeHazardPointBody> {
  readonly isRetired = signal(false);

  protected override async page(after: string): Promise<Page<OfficeHazardPointBody>> {
    const query = { search: this.search.value, retired: this.isRetired.value, after };
    const found = await get("/api/office/hazard-points", { query });
    return { entries: found.points, after: found.after };
  }
}
