/** The outbox of one officer on this phone: ordered, and durable until the ledger has answered. */

import { signal, type ReadonlySignal } from "@preact/signals";
import { alertTime, type AlertClock } from "../alert_time";
import { freshKey } from "../client";
import type { Me } from "../me";
import { DURABLE, type Device, type Entries } from "./device";
import { correctionOf, isUnsent, undoOf, type Draft, type Entry } from "./entry";

/** Period for which received entries are still shown, in milliseconds. */
const SHOWN_MS = 24 * 3600_000;

/** Another officer's entries, which wait on this phone until that officer returns. */
export interface Stranded {
  readonly officerName: string;
  readonly count: number;
}

export class Outbox {
  /** Oldest first. */
  readonly entries: ReadonlySignal<readonly Entry[]>;
  readonly stranded: ReadonlySignal<readonly Stranded[]>;

  readonly #device: Device;
  readonly #me: Me;
  /** Every officer's entries, as last read from the store. */
  #all: readonly Entry[] = [];
  readonly #entries = signal<readonly Entry[]>([]);
  readonly #stranded = signal<readonly Stranded[]>([]);

  constructor(device: Device, me: Me) {
    this.#device = device;
    this.#me = me;
    device.remember(() => this.#all);
    this.entries = this.#entries;
    this.stranded = this.#stranded;
  }

  /** Queue a deed; it is on disk when this returns. Throws StorageFailure. */
  async add(draft: Draft, clock: AlertClock, now: number): Promise<void> {
    // One key, so that the deed counts once even if the storage reports a failure after storing it.
    const key = freshKey();
    await this.#write((store) => this.#append(store, { ...draft, key }, clock, now));
    await this.reload();
  }

  /**
   * Undo an entry: drop it if it was never sent, else queue a correction.
   *
   * Marking and correcting share one transaction, so that neither a power cut nor the next tap
   * comes between.
   */
  async undo({ id }: Entry, clock: AlertClock, now: number): Promise<void> {
    const key = freshKey();
    await this.#write(async (store) => {
      const entry = await store.get(id);
      const how = entry ? undoOf(entry, now) : null;
      const deed = entry && how === "correct" ? correctionOf(entry) : null;
      if (how === "drop") await store.delete(id);
      if (entry && deed) {
        const { alert, about, door } = entry;
        await store.put({ ...entry, takenBack: true });
        await this.#append(store, { alert, about, door, deed, takesBack: id, key }, clock, now);
      }
    });
    await this.reload();
  }

  /** Return the next entry to send; undefined if the ledger has answered all. */
  async next(): Promise<Entry | undefined> {
    await this.reload();
    return this.#entries.value.find(isUnsent);
  }

  /** Record that an entry is being sent; return undefined if it was undone before. */
  async tried(id: number): Promise<Entry | undefined> {
    return await this.#change(id, (entry) => ({ ...entry, state: "tried" }));
  }

  /** Record that the ledger has an entry. */
  async received(id: number, now: number): Promise<void> {
    await this.#change(id, (entry) => ({ ...entry, state: "received", answeredAt: now }));
  }

  /** Record why the ledger refused an entry; drop its correction, which has nothing to correct. */
  async refused(id: number, refusal: string, now: number): Promise<void> {
    const correction = this.#entries.value.find(({ takesBack }) => takesBack === id);
    if (correction) await this.#change(correction.id, () => "gone");
    await this.#change(id, (entry) => ({ ...entry, state: "refused", refusal, answeredAt: now }));
  }

  /** Retry a refused entry in its place; its time is moved back if it lies in the future. */
  async again(id: number, clock: AlertClock, now: number): Promise<void> {
    const since = this.#entries.value.filter((entry) => entry.id > id);
    const latest = Math.min(
      alertTime(clock, now).getTime(),
      ...since.map(({ givenAt }) => Date.parse(givenAt) - 1),
    );
    await this.#change(id, (entry) => ({
      ...entry,
      state: "waiting",
      refusal: null,
      givenAt: new Date(Math.min(Date.parse(entry.givenAt), latest)).toISOString(),
    }));
  }

  /** Delete a refused entry that the officer has seen. */
  async dismiss(id: number): Promise<void> {
    await this.#change(id, ({ state }) => (state === "refused" ? "gone" : null));
  }

  /** Delete entries a day after the ledger received them. */
  async prune(now: number): Promise<void> {
    await this.reload();
    for (const { id, answeredAt } of this.#entries.value)
      if (answeredAt !== null && now - answeredAt > SHOWN_MS)
        await this.#change(id, ({ state }) => (state === "received" ? "gone" : null));
  }

  /** Read the store again: another window may have changed it. */
  async reload(): Promise<void> {
    const all = await this.#device.run((database) => database.getAll("entries"));
    this.#all = all;
    this.#entries.value = all.filter(({ officer }) => officer === this.#me.id);
    const names = new Map<string, number>();
    for (const entry of all)
      if (entry.officer !== this.#me.id && isUnsent(entry))
        names.set(entry.officerName, (names.get(entry.officerName) ?? 0) + 1);
    this.#stranded.value = [...names].map(([officerName, count]) => ({ officerName, count }));
  }

  /**
   * Append an entry, dated later than all before it.
   *
   * The slower a poll is, the less exactly it tells the lead of the service's clock. So a slow poll
   * can set the clock back, and a correction would then be older than the report that it corrects.
   * Refused entries are ignored: their time may be why they were refused.
   */
  async #append(
    store: Entries,
    draft: Draft & { readonly key: string },
    clock: AlertClock,
    now: number,
  ): Promise<void> {
    const mine = (await store.getAll()).filter(({ officer }) => officer === this.#me.id);
    const before = mine.filter(({ state }) => state !== "refused");
    const earliest = Math.max(...before.map(({ givenAt }) => Date.parse(givenAt) + 1));
    const entry: Omit<Entry, "id"> = {
      ...draft,
      officer: this.#me.id,
      officerName: this.#me.name,
      givenAt: new Date(Math.max(alertTime(clock, now).getTime(), earliest)).toISOString(),
      pressedAt: now,
      state: "waiting",
      answeredAt: null,
      refusal: null,
      takenBack: false,
    };
    // The store assigns the id, which is the position in the queue.
    await store.add(entry as Entry);
  }

  /** Change one entry in one transaction, so that sending and undoing cannot race. */
  async #change(
    id: number,
    to: (entry: Entry) => Entry | "gone" | null,
  ): Promise<Entry | undefined> {
    const changed = await this.#write(async (store) => {
      const entry = await store.get(id);
      const changed = entry ? to(entry) : null;
      if (changed === "gone") await store.delete(id);
      else if (changed) await store.put(changed);
      return changed;
    });
    await this.reload();
    return changed && changed !== "gone" ? changed : undefined;
  }

  /** Write in one transaction: all of it is on disk when this returns, or nothing. */
  async #write<T>(work: (store: Entries) => Promise<T>): Promise<T> {
    return await this.#device.run(async (database) => {
      const transaction = database.transaction("entries", "readwrite", DURABLE);
      try {
        const [outcome] = await Promise.all([work(transaction.store), transaction.done]);
        return outcome;
      } catch (error) {
        abort(transaction);
        throw error;
      }
    });
  }
}

/** Drop what was written, unless the browser has aborted the transaction already. */
function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
