/** The last computed readiness of a division, with its gaps in pages. */

import { signal } from "@preact/signals";
import type { GapBody, ReadinessBody } from "../../api";
import { get, post } from "../../client";

export class ReadinessStore {
  /** Null before the first answer. */
  readonly found = signal<ReadinessBody | null>(null);
  readonly gaps = signal<readonly GapBody[]>([]);
  readonly busy = signal(false);
  readonly failure = signal<unknown>(null);
  /** Cursor of the next page; null if there is no more. */
  readonly after = signal<number | null>(null);

  constructor(public division: string) {}

  /** Read the last result, of another division if one is given. */
  async read(division = this.division): Promise<void> {
    this.division = division;
    await this.#load(async () => {
      const found = await get("/api/readiness", { query: { division } });
      this.found.value = found;
      this.gaps.value = found.gaps;
      this.after.value = found.after;
    });
  }

  /** Compute readiness from the roster now, then read it. */
  async look(): Promise<void> {
    await this.#load(async () => void (await post("/api/readiness/looks")));
    if (this.failure.value === null) await this.read();
  }

  /** Add the next page of gaps. */
  async more(): Promise<void> {
    const after = this.after.value;
    if (after === null) return;
    await this.#load(async () => {
      const found = await get("/api/readiness", { query: { division: this.division, after } });
      this.gaps.value = [...this.gaps.value, ...found.gaps];
      this.after.value = found.after;
    });
  }

  async #load(ask: () => Promise<void>): Promise<void> {
    this.busy.value = true;
    this.failure.value = null;
    try {
      await ask();
    } catch (error) {
      this.failure.value = error;
    }
    this.busy.value = false;
  }
}
