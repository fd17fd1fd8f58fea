/** The last look at a division's readiness, with its gaps page after page. */

import { signal } from "@preact/signals";
import type { GapBody, ReadinessBody } from "../../api";
import { get, post } from "../../client";

export class ReadinessStore {
  /** Null before the first answer. */
  readonly found = signal<ReadinessBody | null>(null);
  readonly gaps = signal<readonly GapBody[]>([]);
  readonly busy = signal(false);
  readonly failure = signal<unknown>(null);
  /** Where the next page begins; null if there is no more. */
  readonly after = signal<number | null>(null);

  constructor(public division: string) {}

  /** Read the last look, at another division if one is given. */
  async read(division = this.division): Promise<void> {
    this.division = division;
    await this.#load(async () => {
      const found = await get("/api/readiness", { query: { division } });
      this.found.value = found;
      this.gaps.value = found.gaps;
      this.after.value = found.after;
    });
  }

  /** Look at the roster now, then read. */
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
