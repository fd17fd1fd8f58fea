/** Deeds that the phone's storage has not accepted yet: held in memory, shown, and tried again. */

import { signal, type ReadonlySignal } from "@preact/signals";
import type { AlertClock } from "../alert_time";
import { StorageFailure } from "./device";
import type { Draft } from "./entry";
import type { Outbox } from "./outbox";

/** Time after which a write counts as late and its deed is shown, in milliseconds. */
const LATE_MS = 1000;

/** A deed in memory only: it is lost if the page is closed. */
export interface UnkeptDeed {
  readonly draft: Draft;
  /** The device's time of the tap, in milliseconds. */
  readonly pressedAt: number;
}

export class Unkept {
  /** Deeds that the storage refused or has not accepted in time, oldest first. */
  readonly deeds: ReadonlySignal<readonly UnkeptDeed[]>;
  /** Whether the last write to the phone's storage failed. */
  readonly isFailing: ReadonlySignal<boolean>;

  readonly #outbox: Outbox;
  readonly #clock: () => AlertClock;
  readonly #deeds = signal<readonly UnkeptDeed[]>([]);
  readonly #isFailing = signal(false);
  #waiting: readonly UnkeptDeed[] = [];
  #last: Promise<void> = Promise.resolve();

  constructor(outbox: Outbox, clock: () => AlertClock) {
    this.#outbox = outbox;
    this.#clock = clock;
    this.deeds = this.#deeds;
    this.isFailing = this.#isFailing;
    addEventListener("beforeunload", (event) => {
      if (this.#waiting.length) event.preventDefault();
    });
  }

  /** Queue a deed after those that wait in memory. */
  async keep(draft: Draft, pressedAt: number): Promise<void> {
    this.#waiting = [...this.#waiting, { draft, pressedAt }];
    await this.tryAgain();
  }

  /** Queue the waiting deeds in order; deeds that the storage refuses again stay. */
  async tryAgain(): Promise<void> {
    // A browser may never answer, so show the deeds after a while. Most writes are quicker.
    const late = setTimeout(() => this.#show(), LATE_MS);
    // Reads succeed while writes fail, so only a write says that the storage works again.
    const drain = (): Promise<void> | undefined =>
      this.#waiting.length ? this.written(() => this.#drain()) : undefined;
    // A subscriber of a signal may throw inside a write; later deeds are written all the same.
    this.#last = this.#last.catch(() => undefined).then(drain);
    try {
      await this.#last;
    } finally {
      clearTimeout(late);
      this.#show();
    }
  }

  /** Run a write, and record whether it succeeded; an unexpected error is also logged. */
  async written(write: () => Promise<void>): Promise<void> {
    try {
      await write();
      this.#isFailing.value = false;
    } catch (error) {
      if (!(error instanceof StorageFailure)) console.error(error);
      this.#isFailing.value = true;
    }
  }

  #show(): void {
    this.#deeds.value = this.#waiting;
  }

  async #drain(): Promise<void> {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      await this.#outbox.add(next.draft, this.#clock(), next.pressedAt);
      this.#waiting = this.#waiting.slice(1);
    }
  }
}
