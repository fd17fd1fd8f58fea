/** The phone's storage (IndexedDB): the queue of reports and the last known state of the doors. */

import { openDB, type DBSchema, type IDBPDatabase, type IDBPObjectStore } from "idb";
import type { Entry } from "./entry";
import type { ServerCache } from "./server_cache";

interface Stores extends DBSchema {
  entries: { key: number; value: Entry; indexes: { officer: string } };
  /** Keyed by the officer's id, so that no officer sees another officer's cache. */
  seen: { key: string; value: ServerCache };
}

type Database = IDBPDatabase<Stores>;
/** The queue's store inside a read-write transaction. */
export type Entries = IDBPObjectStore<Stores, ["entries"], "entries", "readwrite">;
/** Flush to disk before a report is shown as kept: power may fail a moment later. */
export const DURABLE = { durability: "strict" } as const;

/** The phone's storage cannot be opened, read or written: no space, no permission, or damaged. */
export class StorageFailure extends Error {
  override readonly name = "StorageFailure";
}

/** The storage of this page. It is opened again whenever the browser has closed it. */
export class Device {
  #opening: Promise<Database> | null = null;
  #remembered: () => readonly Entry[] = () => [];

  /** Set the source of entries to restore if the browser deletes the database under the page. */
  remember(entries: () => readonly Entry[]): void {
    this.#remembered = entries;
  }

  /**
   * Run work on the open database.
   *
   * Phones close the database of a page in the background, and abort its transactions. An aborted
   * transaction has changed nothing, so the work is run once more on a new connection. Throws
   * StorageFailure if that fails too.
   */
  async run<T>(work: (database: Database) => Promise<T>): Promise<T> {
    try {
      return await this.#attempt(work);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
    try {
      return await this.#attempt(work);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      throw new StorageFailure(`${error.name}: ${error.message}`, { cause: error });
    }
  }

  /** Close the database; the next work opens it again. */
  close(): void {
    void this.#opening?.then(
      (database) => database.close(),
      () => undefined,
    );
    this.#opening = null;
  }

  async #attempt<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const opening = (this.#opening ??= open(this.#remembered, () => this.#forget(opening)));
    try {
      return await work(await opening);
    } catch (error) {
      this.#forget(opening);
      throw error;
    }
  }

  /** Close a connection that failed; keep one that was opened since. */
  #forget(opening: Promise<Database>): void {
    if (this.#opening === opening) this.close();
  }
}

/** Run work on a separate connection; return `nothing` if the browser has no storage. */
export async function onDevice<T>(nothing: T, work: (device: Device) => Promise<T>): Promise<T> {
  const device = new Device();
  try {
    return await work(device);
  } catch (error) {
    if (!(error instanceof StorageFailure)) throw error;
    return nothing;
  } finally {
    device.close();
  }
}

/** Open the database; concurrent windows share it. */
async function open(remembered: () => readonly Entry[], onClosed: () => void): Promise<Database> {
  // Some browsers have no IndexedDB at all in private mode.
  if (!("indexedDB" in globalThis)) throw new DOMException("no IndexedDB", "NotSupportedError");
  return await openDB<Stores>("doors", 1, {
    async upgrade(database, _from, _to, transaction) {
      const entries = database.createObjectStore("entries", {
        keyPath: "id",
        autoIncrement: true,
      });
      entries.createIndex("officer", "officer");
      database.createObjectStore("seen");
      const store = transaction.objectStore("entries");
      await Promise.all(remembered().map((entry) => store.put(entry)));
    },
    // Another window deletes the database or needs a newer version of it.
    blocking: onClosed,
    terminated: onClosed,
  });
}

/** Ask the browser not to evict the storage when space runs short. */
export async function keepForGood(): Promise<void> {
  if (!(await navigator.storage?.persisted?.())) await navigator.storage?.persist?.();
}
