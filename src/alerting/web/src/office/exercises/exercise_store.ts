/** The past exercises of a division, in pages, and the last practice of its villages. */

import { signal } from "@preact/signals";
import type { HeldExerciseBody, PlacePracticeBody, PracticeBody } from "../../api";
import { get } from "../../client";

export class ExerciseStore {
  /** Null before the first answer. */
  readonly practice = signal<PracticeBody | null>(null);
  readonly places = signal<readonly PlacePracticeBody[]>([]);
  readonly held = signal<readonly HeldExerciseBody[] | null>(null);
  /** Cursor of the next page of past exercises; null if there is no more. */
  readonly before = signal<number | null>(null);
  readonly busy = signal(false);
  readonly failure = signal<unknown>(null);

  constructor(public division: string) {}

  /** Query again, in another division if one is given. */
  async look(division = this.division): Promise<void> {
    this.division = division;
    await this.#load(async () => {
      const [practice, found] = await Promise.all([
        get("/api/exercises/practice", { query: { division } }),
        get("/api/exercises", { query: { division } }),
      ]);
      this.practice.value = practice;
      this.places.value = practice.page;
      this.held.value = found.exercises;
      this.before.value = found.before;
    });
  }

  /** Add the next page of villages. */
  async morePlaces(): Promise<void> {
    await this.#load(async () => {
      const query = { division: this.division, offset: this.places.value.length };
      const { page } = await get("/api/exercises/practice", { query });
      this.places.value = [...this.places.value, ...page];
    });
  }

  /** Add the next page of exercises. */
  async moreHeld(): Promise<void> {
    const before = this.before.value;
    if (before === null) return;
    await this.#load(async () => {
      const query = { division: this.division, before };
      const found = await get("/api/exercises", { query });
      this.held.value = [...(this.held.value ?? []), ...found.exercises];
      this.before.value = found.before;
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
