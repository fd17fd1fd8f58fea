/** The state behind the officer's page: the cached doors, the outbox, and polling and sending. */

import { signal, type ReadonlySignal } from "@preact/signals";
import { alertClock, type AlertClock } from "../alert_time";
import { get, mayTryAgain, Refusal } from "../client";
import type { Session } from "../session";
import { DURABLE, keepForGood, openDevice, type Device } from "./device";
import type { Draft, Entry } from "./entry";
import { Outbox } from "./outbox";
import { callRolls, look, NOTHING, type Seen } from "./server_cache";
import { Sender, type Round } from "./sender";
import { wires } from "./requests";

const LOOK_MS = 15_000;
const ROLLS_MS = 5 * 60_000;
const UNAUTHORISED = 401;

export class Station {
  readonly session: Session;
  readonly outbox: Outbox;
  readonly seen: ReadonlySignal<Seen>;
  /** Error of the last refresh; null if it succeeded, or if a retry or signing in may help. */
  readonly failure: ReadonlySignal<unknown>;
  /** The device's time, updated each second. */
  readonly now: ReadonlySignal<number>;

  readonly #device: Device;
  readonly #sender: Sender;
  readonly #seen = signal<Seen>(NOTHING);
  readonly #failure = signal<unknown>(null);
  readonly #now = signal(Date.now());
  #clock: AlertClock;
  #looking: Promise<void> | null = null;

  /** Open the phone's storage, then start sending and polling. */
  static async open(session: Session): Promise<Station> {
    const station = new Station(session, await openDevice());
    await station.#begin();
    return station;
  }

  private constructor(session: Session, device: Device) {
    this.session = session;
    this.#clock = session.clock;
    this.#device = device;
    this.outbox = new Outbox(device, session.me);
    this.#sender = new Sender(this.outbox, session.me.id, wires, (round) => this.#after(round));
    this.seen = this.#seen;
    this.failure = this.#failure;
    this.now = this.#now;
  }

  /** The alert clock, as the service last described it. */
  get clock(): AlertClock {
    return this.#clock;
  }

  /** Queue a deed and send it as soon as possible. */
  async did(draft: Omit<Draft, "takesBack">): Promise<void> {
    await this.outbox.add({ ...draft, takesBack: null }, this.#clock, Date.now());
    void this.#sender.keepOn();
  }

  async undo(entry: Entry): Promise<void> {
    await this.outbox.undo(entry, this.#clock, Date.now());
    void this.#sender.keepOn();
  }

  async again(entry: Entry): Promise<void> {
    await this.outbox.again(entry.id, this.#clock, Date.now());
    void this.#sender.keepOn();
  }

  /** Poll the doors now; concurrent callers share one poll. */
  refresh(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #begin(): Promise<void> {
    await this.#forgetOthers();
    this.#seen.value = (await this.#device.get("seen", this.session.me.id)) ?? NOTHING;
    await this.outbox.prune(Date.now());
    const wake = (): void => {
      if (document.visibilityState === "visible") void this.#wake();
    };
    addEventListener("online", wake);
    document.addEventListener("visibilitychange", wake);
    setInterval(() => (this.#now.value = Date.now()), 1000);
    this.#lookAgain();
    void this.#wake();
    void keepForGood();
  }

  async #wake(): Promise<void> {
    await this.outbox.reload();
    await this.#sender.keepOn();
    await this.refresh();
  }

  /** Poll with jitter, so that a thousand phones do not ask in the same second. */
  #lookAgain(): void {
    const pause = LOOK_MS * (0.75 + Math.random() / 2);
    setTimeout(() => {
      if (document.visibilityState === "visible") void this.refresh();
      this.#lookAgain();
    }, pause);
  }

  async #look(): Promise<void> {
    const asked = Date.now();
    try {
      this.#clock = alertClock(await get("/api/settings"), Date.now());
      await this.#keep(await look(this.session.me.id, this.#seen.value, asked));
      if (asked - this.#seen.value.homesAt > ROLLS_MS)
        await this.#keep(await callRolls(this.#seen.value, asked));
      this.#failure.value = null;
    } catch (error) {
      const isOver = error instanceof Refusal && error.status === UNAUTHORISED;
      this.#failure.value = isOver || mayTryAgain(error) ? null : error;
    }
  }

  async #keep(seen: Seen): Promise<void> {
    this.#seen.value = seen;
    await this.#device.put("seen", seen, this.session.me.id);
  }

  #after(round: Round): void {
    if (round === "somebody_else") location.reload();
    else if (round === "done") void this.refresh();
  }

  /** Delete the names and phones that other officers saw; their reports stay. */
  async #forgetOthers(): Promise<void> {
    const transaction = this.#device.transaction("seen", "readwrite", DURABLE);
    for (const officer of await transaction.store.getAllKeys())
      if (officer !== this.session.me.id) await transaction.store.delete(officer);
    await transaction.done;
  }
}
