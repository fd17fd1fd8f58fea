/** The sending of the office's forms, one request at a time, so that a double tap sends once. */

import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";

export class Attempts {
  /** Whether one is under way. */
  readonly busy = signal(false);
  /** Why the last one failed; null if it did not. */
  readonly failure = signal<unknown>(null);

  /** Do the work unless other work is under way; return whether it was done. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy.value) return false;
    this.busy.value = true;
    this.failure.value = null;
    try {
      await work();
      return true;
    } catch (error) {
      this.failure.value = error;
      return false;
    } finally {
      this.busy.value = false;
    }
  }
}

/** Return the attempts of a form, the same at each rendering. */
export function useAttempts(): Attempts {
  return useMemo(() => new Attempts(), []);
}
