/** Deeds that the phone's storage has not taken yet: held in memory, shown, and tried again. */

import { signal, type ReadonlySignal } from "@preact/signals";
import type { AlertClock } from "../alert_time";
import { StorageFailure } from "./device";
import type { Draft } from "./entry";
import type { Outbox } from "./outbox";

/** A deed in memory only: it is lost if the page is closed. */
export interface UnkeptDeed {
  readonly draft: Draft;
  /** The device's time of the tap, in milliseconds. */
  readonly pressedAt: number;
}

export class Unkept {
  /** Deeds that the storage refused, oldest first. */
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

  /** Queue a deed after those that wait here. */
  async keep(draft: Draft, pressedAt: number): Promise<void> {
    this.#waiting = [...this.#waiting, { draft, pressedAt }];
    await this.tryAgain();
  }

  /** Queue what waits here, in order; deeds that the storage refuses again stay. */
  async tryAgain(): Promise<void> {
    // Reads succeed while writes fail, so only a write says that the storage works again.
    this.#last = this.#last.then(() =>
      this.#waiting.length ? this.written(() => this.#drain()) : undefined,
    );
    await this.#last;
    this.#deeds.value = this.#waiting;
  }

  /** Run a write, and record whether the storage took it. */
  async written(write: () => Promise<void>): Promise<void> {
    try {
      await write();
      this.#isFailing.value = false;
    } catch (error) {
      if (!(error instanceof StorageFailure)) throw error;
      this.#isFailing.value = true;
    }
  }

  async #drain(): Promise<void> {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      await this.#outbox.add(next.draft, this.#clock(), next.pressedAt);
      this.#waiting = this.#waiting.slice(1);
    }
  }
}
