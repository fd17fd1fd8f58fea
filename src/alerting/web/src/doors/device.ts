/** The phone's storage (IndexedDB): the queue of reports and the last known state of the doors. */

import { openDB, type DBSchema, type IDBPDatabase, type IDBPObjectStore } from "idb";
import type { Entry } from "./entry";
import type { ServerCache } from "./server_cache";

interface Stores extends DBSchema {
  entries: { key: number; value: Entry; indexes: { officer: string } };
  /** Keyed by the officer's id, so that no officer sees what another one saw. */
  seen: { key: string; value: ServerCache };
}

export type Device = IDBPDatabase<Stores>;
/** The queue's store inside a read-write transaction. */
export type Entries = IDBPObjectStore<Stores, ["entries"], "entries", "readwrite">;
/** Flush to disk before a report is shown as kept: power may fail the moment after. */
export const DURABLE = { durability: "strict" } as const;

/** Open the phone's storage; concurrent calls share one database. */
export async function openDevice(): Promise<Device> {
  return await openDB<Stores>("doors", 1, {
    upgrade(device) {
      const entries = device.createObjectStore("entries", { keyPath: "id", autoIncrement: true });
      entries.createIndex("officer", "officer");
      device.createObjectStore("seen");
    },
    blocking: (_version, _wanted, event) => (event.target as IDBDatabase).close(),
  });
}

/** Ask the browser not to evict the storage when space runs short. */
export async function keepForGood(): Promise<void> {
  if (!(await navigator.storage?.persisted?.())) await navigator.storage?.persist?.();
}
