/** A user's action and its outcome: one run at a time, with one idempotency key until success. */

import { useSignal, type Signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { freshKey } from "../../client";

export interface Mutation {
  readonly busy: Signal<boolean>;
  /** Why the last try failed; cleared by the next try. */
  readonly error: Signal<unknown>;
  /** The outcome, in words. */
  readonly told: Signal<string | null>;
  /**
   * Run the action that `what` identifies, unless one is running.
   *
   * Tries of the same `what` share an idempotency key until one succeeds, so that an action whose
   * answer was lost is not done twice. `work` returns the outcome in words, or null if the user
   * cancelled.
   */
  run(what: string, work: (key: string) => Promise<string | null>): Promise<void>;
}

export function useMutation(): Mutation {
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const told = useSignal<string | null>(null);
  const keys = useMemo(() => new Keys(), []);
  async function run(what: string, work: (key: string) => Promise<string | null>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    error.value = told.value = null;
    try {
      told.value = await work(keys.of(what));
      if (told.value !== null) keys.used(what);
    } catch (failure) {
      error.value = failure;
    }
    busy.value = false;
  }
  return { busy, error, told, run };
}

/** One idempotency key per action, until it succeeds. */
export class Keys {
  readonly #kept = new Map<string, string>();

  of(what: string): string {
    const key = this.#kept.get(what) ?? freshKey();
    this.#kept.set(what, key);
    return key;
  }

  used(what: string): void {
    this.#kept.delete(what);
  }
}
