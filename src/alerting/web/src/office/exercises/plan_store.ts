/** The planned exercises of a division, read again after each change. */

import { signal } from "@preact/signals";
import type { PlanBody, PlansBody } from "../../api";
import { get, post, remove } from "../../client";
import { Attempts } from "../attempts";

export class PlanStore {
  /** Null before the first answer. */
  readonly plans = signal<PlansBody | null>(null);
  readonly changes = new Attempts();
  /** Error of the last change or query; null if it succeeded. */
  readonly failure = this.changes.failure;

  constructor(public division: string) {}

  /** Query again, in another division if one is given. */
  async look(division = this.division): Promise<void> {
    this.division = division;
    this.failure.value = null;
    try {
      await this.#read();
    } catch (error) {
      this.failure.value = error;
    }
  }

  /** Plan an exercise in the division; return whether that succeeded. */
  plan(said: Omit<PlanBody, "division">): Promise<boolean> {
    const body = { ...said, division: this.division };
    return this.#change(() => post("/api/exercises/plans", { body }));
  }

  /** Add the next page of future plans, or of past ones. */
  async more(list: "upcoming" | "past"): Promise<void> {
    const plans = this.plans.value;
    if (plans === null) return;
    await this.changes.run(async () => {
      const query = { division: this.division, offset: plans[list].length };
      const next = await get("/api/exercises/plans", { query });
      const isMore = `more_${list}` as const;
      const longer = { [list]: [...plans[list], ...next[list]], [isMore]: next[isMore] };
      this.plans.value = { ...plans, ...longer };
    });
  }

  cancel(id: number): Promise<boolean> {
    return this.#change(() => remove("/api/exercises/plans/{plan_id}", { path: { plan_id: id } }));
  }

  #change(work: () => Promise<unknown>): Promise<boolean> {
    return this.changes.run(async () => {
      await work();
      await this.#read();
    });
  }

  async #read(): Promise<void> {
    const query = { division: this.division };
    this.plans.value = await get("/api/exercises/plans", { query });
  }
}
