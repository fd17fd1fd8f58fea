/** Sends the office's forms, one request at a time, so that a double tap sends once. */

import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";

export class Attempts {
  /** Whether a request is in progress. */
  readonly busy = signal(false);
  /** The error of the last request; null if it succeeded. */
  readonly failure = signal<unknown>(null);

  /** Do the work unless other work is in progress; return whether it was done successfully. */
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

/** Return the sender of a form, which stays the same over renderings. */
export function useAttempts(): Attempts {
  return useMemo(() => new Attempts(), []);
}
