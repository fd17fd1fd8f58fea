/** The officers that a search found, page after page. */

import { signal } from "@preact/signals";
import type { OfficeOfficerBody, Role } from "../../api";
import { get } from "../../client";
import { askedFor } from "../division_choice";

export class OfficerList {
  readonly search = signal(askedFor());
  readonly role = signal<Role | "">("");
  readonly withoutPhone = signal(false);
  readonly onDuty = signal(false);
  readonly division = signal<string | null>(null);
  /** Null before the first answer. */
  readonly officers = signal<readonly OfficeOfficerBody[] | null>(null);
  /** Where the next page begins; null if there is no more. */
  readonly after = signal<string | null>(null);
  /** False: officers are added, and phones and roles changed, after signing in again. */
  readonly mayChange = signal(true);
  readonly busy = signal(false);
  readonly failure = signal<unknown>(null);

  /** Search anew. */
  async look(): Promise<void> {
    await this.#load([], "");
  }

  /** Add the next page. */
  async more(): Promise<void> {
    await this.#load(this.officers.value ?? [], this.after.value ?? "");
  }

  async #load(before: readonly OfficeOfficerBody[], after: string): Promise<void> {
    this.busy.value = true;
    this.failure.value = null;
    try {
      const query = {
        search: this.search.value,
        without_phone: this.withoutPhone.value,
        on_duty: this.onDuty.value,
        after,
        ...(this.role.value && { role: this.role.value }),
        ...(this.division.value !== null && { division: this.division.value }),
      };
      const found = await get("/api/office/officers", { query });
      this.officers.value = [...before, ...found.officers];
      this.after.value = found.after;
      this.mayChange.value = found.may_change;
    } catch (error) {
      this.failure.value = error;
    }
    this.busy.value = false;
  }
}
