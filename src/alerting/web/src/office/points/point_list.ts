/** The hazard points that a search found, page after page. */

import { signal } from "@preact/signals";
import type { OfficeHazardPointBody } from "../../api";
import { get } from "../../client";

export class PointList {
  readonly search = signal("");
  readonly isRetired = signal(false);
  /** Null before the first answer. */
  readonly points = signal<readonly OfficeHazardPointBody[] | null>(null);
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
    await this.#load(this.points.value ?? [], this.after.value ?? "");
  }

  async #load(before: readonly OfficeHazardPointBody[], after: string): Promise<void> {
    this.busy.value = true;
    this.failure.value = null;
    try {
      const query = { search: this.search.value, retired: this.isRetired.value, after };
      const found = await get("/api/office/hazard-points", { query });
      this.points.value = [...before, ...found.points];
      this.after.value = found.after;
    } catch (error) {
      this.failure.value = error;
    }
    this.busy.value = false;
  }
}
