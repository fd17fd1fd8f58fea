/** The state behind the officer's page: the cached doors, the outbox, and polling and sending. */

import { signal, type ReadonlySignal } from "@preact/signals";
import type { TaskBody } from "../api";
import { alertClock, type AlertClock } from "../alert_time";
import { get, mayTryAgain, Refusal } from "../client";
import type { Session } from "../session";
import { Device, DURABLE, keepForGood } from "./device";
import type { Draft, Entry } from "./entry";
import { Outbox } from "./outbox";
import { doorName, EMPTY_CACHE, poll, readRolls, type ServerCache } from "./server_cache";
import { Sender, type Round } from "./sender";
import { Unkept } from "./unkept";
import { requests } from "./requests";

const POLL_MS = 15_000;
const ROLLS_MS = 5 * 60_000;
const UNAUTHORISED = 401;

export class DoorsStore {
  readonly session: Session;
  readonly outbox: Outbox;
  /** Deeds that the phone's storage refused. */
  readonly unkept: Unkept;
  readonly cache: ReadonlySignal<ServerCache>;
  /** Error of the last refresh; null if it succeeded, or if a retry or signing in may help. */
  readonly failure: ReadonlySignal<unknown>;
  /** The device's time, updated each second. */
  readonly now: ReadonlySignal<number>;

  readonly #device: Device;
  readonly #sender: Sender;
  readonly #cache = signal<ServerCache>(EMPTY_CACHE);
  readonly #failure = signal<unknown>(null);
  readonly #now = signal(Date.now());
  #clock: AlertClock;
  #polling: Promise<void> | null = null;

  /** Open the phone's storage, then start sending and polling. Throws StorageFailure. */
  static async open(session: Session): Promise<DoorsStore> {
    const store = new DoorsStore(session, new Device());
    await store.#begin();
    return store;
  }

  private constructor(session: Session, device: Device) {
    this.session = session;
    this.#clock = session.clock;
    this.#device = device;
    this.outbox = new Outbox(device, session.me);
    this.unkept = new Unkept(this.outbox, () => this.#clock);
    this.#sender = new Sender(this.outbox, session.me.id, requests, (round) => this.#after(round));
    this.cache = this.#cache;
    this.failure = this.#failure;
    this.now = this.#now;
  }

  /** The alert clock, as the service last described it. */
  get clock(): AlertClock {
    return this.#clock;
  }

  /** Queue a deed and send it as soon as possible. */
  async did(draft: Omit<Draft, "takesBack">): Promise<void> {
    await this.unkept.keep({ ...draft, takesBack: null }, Date.now());
    void this.#sender.keepOn();
  }

  /** Queue the deeds that the phone's storage refused. */
  async keepAgain(): Promise<void> {
    await this.unkept.tryAgain();
    void this.#sender.keepOn();
  }

  async undo(entry: Entry): Promise<void> {
    await this.unkept.written(() => this.outbox.undo(entry, this.#clock, Date.now()));
    void this.#sender.keepOn();
  }

  async again(entry: Entry): Promise<void> {
    await this.unkept.written(() => this.outbox.again(entry.id, this.#clock, Date.now()));
    void this.#sender.keepOn();
  }

  async dismiss(entry: Entry): Promise<void> {
    await this.unkept.written(() => this.outbox.dismiss(entry.id));
  }

  /** Hide doors that are no longer the officer's. */
  async putAway(doors: readonly TaskBody[]): Promise<void> {
    const away = new Set(doors.map(doorName));
    const { gone } = this.#cache.value;
    await this.#keep({
      ...this.#cache.value,
      gone: gone.filter((door) => !away.has(doorName(door))),
    });
  }

  /** Poll the doors now; concurrent callers share one poll. */
  refresh(): Promise<void> {
    this.#polling ??= this.#poll().finally(() => (this.#polling = null));
    return this.#polling;
  }

  async #begin(): Promise<void> {
    await this.#forgetOthers();
    const seen = await this.#device.run((database) => database.get("seen", this.session.me.id));
    this.#cache.value = { ...EMPTY_CACHE, ...seen };
    await this.outbox.prune(Date.now());
    const wake = (): void => {
      if (document.visibilityState === "visible") void this.#wake();
    };
    addEventListener("online", wake);
    document.addEventListener("visibilitychange", wake);
    setInterval(() => (this.#now.value = Date.now()), 1000);
    this.#pollAgain();
    void this.#wake();
    void keepForGood();
  }

  async #wake(): Promise<void> {
    await this.unkept.tryAgain();
    await this.#sender.keepOn();
    await this.refresh();
  }

  /** Poll with jitter, so that a thousand phones do not ask in the same second. */
  #pollAgain(): void {
    const pause = POLL_MS * (0.75 + Math.random() / 2);
    setTimeout(() => {
      if (document.visibilityState === "visible") void this.refresh();
      this.#pollAgain();
    }, pause);
  }

  async #poll(): Promise<void> {
    const asked = Date.now();
    try {
      this.#clock = alertClock(await get("/api/settings"), Date.now());
      await this.#keep(await poll(this.session.me.id, this.#cache.value, asked));
      if (asked - this.#cache.value.homesAt > ROLLS_MS)
        await this.#keep(await readRolls(this.#cache.value, asked));
      this.#failure.value = null;
    } catch (error) {
      const isOver = error instanceof Refusal && error.status === UNAUTHORISED;
      this.#failure.value = isOver || mayTryAgain(error) ? null : error;
    }
  }

  async #keep(cache: ServerCache): Promise<void> {
    this.#cache.value = cache;
    const { id } = this.session.me;
    await this.unkept.written(async () => {
      await this.#device.run((database) => database.put("seen", cache, id));
    });
  }

  #after(round: Round): void {
    if (round === "somebody_else") location.reload();
    else if (round === "done") void this.refresh();
  }

  /** Delete the names and phones that other officers saw; their reports stay. */
  async #forgetOthers(): Promise<void> {
    await this.#device.run(async (database) => {
      const transaction = database.transaction("seen", "readwrite", DURABLE);
      for (const officer of await transaction.store.getAllKeys())
        if (officer !== this.session.me.id) await transaction.store.delete(officer);
      await transaction.done;
    });
  }
}
