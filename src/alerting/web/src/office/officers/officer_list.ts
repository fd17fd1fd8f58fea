/** The officers that a search found, in pages. */

import { signal } from "@preact/signals";
import type { OfficeOfficerBody, Role } from "../../api";
import { get } from "../../client";
import { FoundList, type Page } from "../found_list";

export class OfficerList extends FoundList<OfficeOfficerBody> {
  readonly role = signal<Role | "">("");
  readonly withoutPhone = signal(false);
  readonly onDuty = signal(false);
  readonly division = signal<string | null>(null);
  /** False if the user must sign in again to add officers or change phones and roles. */
  readonly mayChange = signal(true);

  protected override async page(after: string): Promise<Page<OfficeOfficerBody>> {
    const query = {
      search: this.search.value,
      without_phone: this.withoutPhone.value,
      on_duty: this.onDuty.value,
      after,
      ...(this.role.value && { role: this.role.value }),
      ...(this.division.value !== null && { division: this.division.value }),
    };
    const found = await get("/api/office/officers", { query });
    this.mayChange.value = found.may_change;
    return { entries: found.officers, after: found.after };
  }
}
