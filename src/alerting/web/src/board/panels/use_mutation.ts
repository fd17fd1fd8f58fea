/** Something a user does: pressed once, kept until it succeeded, and what came of it. */

import { useSignal, type Signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { freshKey } from "../../client";

export interface Act {
  readonly busy: Signal<boolean>;
  /** Why it was not done; stays until it is tried again. */
  readonly error: Signal<unknown>;
  /** What was done, in words. */
  readonly told: Signal<string | null>;
  /**
   * Do it; `what` says what exactly. Until it succeeded the same `what` has the same key, so that
   * what may have been done already is not done twice. `work` returns what to tell, or null where
   * the user thought better of it.
   */
  run(what: string, work: (key: string) => Promise<string | null>): Promise<void>;
}

export function useMutation(): Act {
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

/** One key for each thing that is yet to succeed. */
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
