/** The duty rota of one division, read again after each change. */

import { signal } from "@preact/signals";
import type { DutyOfficerBody, DutyPeriodBody, DutyTurnBody, DutyWeekBody } from "../../api";
import { get, post, put, remove } from "../../client";
import { Attempts } from "../attempts";

export class RotaStore {
  readonly division = signal<string | null>(null);
  /** Null before the first answer. */
  readonly week = signal<DutyWeekBody | null>(null);
  readonly changes = new Attempts();
  /** Error of the last change or query; null if it succeeded. */
  readonly failure = this.changes.failure;

  /** Show a division's rota; null for the administrator's own. */
  async look(division = this.division.value): Promise<void> {
    this.division.value = division;
    this.failure.value = null;
    try {
      await this.#read();
    } catch (error) {
      this.failure.value = error;
    }
  }

  /** Replace an officer's weekly turns; return whether that succeeded. */
  setTurns({ id, version }: DutyOfficerBody, turns: DutyTurnBody[]): Promise<boolean> {
    const path = { officer_id: id };
    const body = { turns, version };
    return this.#change(() => put("/api/office/duty/officers/{officer_id}/turns", { path, body }));
  }

  /** Add a shift, a stand-in or a leave; return whether that succeeded. */
  add(body: DutyPeriodBody): Promise<boolean> {
    return this.#change(() => post("/api/office/duty/periods", { body }));
  }

  remove(id: number): Promise<boolean> {
    return this.#change(() =>
      remove("/api/office/duty/periods/{period_id}", { path: { period_id: id } }),
    );
  }

  #change(work: () => Promise<unknown>): Promise<boolean> {
    return this.changes.run(async () => {
      await work();
      await this.#read();
    });
  }

  async #read(): Promise<void> {
    const division = this.division.value;
    const query = division === null ? {} : { division };
    this.week.value = await get("/api/office/duty", { query });
  }
}
