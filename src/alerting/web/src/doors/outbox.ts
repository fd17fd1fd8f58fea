/** The queue of one officer's reports on this phone: in order, and there until the ledger has it. */

import { signal, type ReadonlySignal } from "@preact/signals";
import { alertTime, type AlertClock } from "../alert_time";
import { freshKey } from "../client";
import type { Me } from "../me";
import { DURABLE, type Device, type Entries } from "./device";
import { correctionOf, isUnsent, undoOf, type Draft, type Entry } from "./entry";

/** So long what the ledger has is still shown, in milliseconds. */
const SHOWN_MS = 24 * 3600_000;

/** Other officers' reports that wait on this phone until they are back. */
export interface Stranded {
  readonly officerName: string;
  readonly count: number;
}

export class Outbox {
  /** In the order in which they were made. */
  readonly entries: ReadonlySignal<readonly Entry[]>;
  readonly stranded: ReadonlySignal<readonly Stranded[]>;

  readonly #device: Device;
  readonly #me: Me;
  readonly #entries = signal<readonly Entry[]>([]);
  readonly #stranded = signal<readonly Stranded[]>([]);

  constructor(device: Device, me: Me) {
    this.#device = device;
    this.#me = me;
    this.entries = this.#entries;
    this.stranded = this.#stranded;
  }

  /** Queue what was done; it is on the disk when this returns. */
  async add(draft: Draft, clock: AlertClock, now: number): Promise<void> {
    const transaction = this.#device.transaction("entries", "readwrite", DURABLE);
    await Promise.all([this.#append(transaction.store, draft, clock, now), transaction.done]);
    await this.reload();
  }

  /**
   * Take back: what was never sent is dropped, else a further report corrects it.
   *
   * Marked and corrected in one transaction: neither a power cut nor the next tap comes between.
   */
  async undo({ id }: Entry, clock: AlertClock, now: number): Promise<void> {
    const transaction = this.#device.transaction("entries", "readwrite", DURABLE);
    const { store } = transaction;
    const entry = await store.get(id);
    const how = entry ? undoOf(entry, now) : null;
    const deed = entry && how === "correct" ? correctionOf(entry) : null;
    if (how === "drop") await store.delete(id);
    if (entry && deed) {
      const { alert, about, door } = entry;
      await store.put({ ...entry, takenBack: true });
      await this.#append(store, { alert, about, door, deed, takesBack: id }, clock, now);
    }
    await transaction.done;
    await this.reload();
  }

  /** The next one to be sent; undefined: the ledger has answered all. */
  async next(): Promise<Entry | undefined> {
    await this.reload();
    return this.#entries.value.find(isUnsent);
  }

  /** Record that it is being sent; undefined: it was taken back before. */
  async tried(id: number): Promise<Entry | undefined> {
    return await this.#change(id, (entry) => ({ ...entry, state: "tried" }));
  }

  /** Record that the ledger has it. */
  async received(id: number, now: number): Promise<void> {
    await this.#change(id, (entry) => ({ ...entry, state: "received", answeredAt: now }));
  }

  /** Record why the ledger does not take it; what would take it back has nothing to take back. */
  async refused(id: number, refusal: string, now: number): Promise<void> {
    const correction = this.#entries.value.find(({ takesBack }) => takesBack === id);
    if (correction) await this.#change(correction.id, () => "gone");
    await this.#change(id, (entry) => ({ ...entry, state: "refused", refusal, answeredAt: now }));
  }

  /** Send a refused one again, in its place; never as of a time that is still to come. */
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

  /** Forget a refused one that the officer has seen. */
  async dismiss(id: number): Promise<void> {
    await this.#change(id, ({ state }) => (state === "refused" ? "gone" : null));
  }

  /** Forget what the ledger has had for a day. */
  async prune(now: number): Promise<void> {
    await this.reload();
    for (const { id, answeredAt } of this.#entries.value)
      if (answeredAt !== null && now - answeredAt > SHOWN_MS)
        await this.#change(id, ({ state }) => (state === "received" ? "gone" : null));
  }

  /** Look again: another window may have changed it. */
  async reload(): Promise<void> {
    const all = await this.#device.getAll("entries");
    this.#entries.value = all.filter(({ officer }) => officer === this.#me.id);
    const names = new Map<string, number>();
    for (const entry of all)
      if (entry.officer !== this.#me.id && isUnsent(entry))
        names.set(entry.officerName, (names.get(entry.officerName) ?? 0) + 1);
    this.#stranded.value = [...names].map(([officerName, count]) => ({ officerName, count }));
  }

  /**
   * Put it at the end of the queue, later than all that was done before.
   *
   * How far the service's clock is ahead is known only as well as the network was quick when it
   * was asked: a worse answer sets the clock back, and by it a report would be older than the
   * one that it corrects. What was refused, perhaps for its time, does not hold others back.
   */
  async #append(store: Entries, draft: Draft, clock: AlertClock, now: number): Promise<void> {
    const mine = (await store.getAll()).filter(({ officer }) => officer === this.#me.id);
    const before = mine.filter(({ state }) => state !== "refused");
    const earliest = Math.max(...before.map(({ givenAt }) => Date.parse(givenAt) + 1));
    const entry: Omit<Entry, "id"> = {
      ...draft,
      key: freshKey(),
      officer: this.#me.id,
      officerName: this.#me.name,
      givenAt: new Date(Math.max(alertTime(clock, now).getTime(), earliest)).toISOString(),
      pressedAt: now,
      state: "waiting",
      answeredAt: null,
      refusal: null,
      takenBack: false,
    };
    // The place in the queue is given by the store.
    await store.add(entry as Entry);
  }

  /** Change one entry in one transaction, so that sending and taking back cannot cross. */
  async #change(
    id: number,
    to: (entry: Entry) => Entry | "gone" | null,
  ): Promise<Entry | undefined> {
    const transaction = this.#device.transaction("entries", "readwrite", DURABLE);
    const entry = await transaction.store.get(id);
    const changed = entry ? to(entry) : null;
    if (changed === "gone") await transaction.store.delete(id);
    else if (changed) await transaction.store.put(changed);
    await transaction.done;
    await this.reload();
    return changed && changed !== "gone" ? changed : undefined;
  }
}
