/** What the phone keeps: what is still to be sent, and what was last seen of the doors. */

import { openDB, type DBSchema, type IDBPDatabase, type IDBPObjectStore } from "idb";
import type { Entry } from "./entry";
import type { Seen } from "./server_cache";

interface Stores extends DBSchema {
  entries: { key: number; value: Entry; indexes: { officer: string } };
  /** By the officer's id: nobody sees what another one saw. */
  seen: { key: string; value: Seen };
}

export type Device = IDBPDatabase<Stores>;
/** The queue, in a transaction that may change it. */
export type Entries = IDBPObjectStore<Stores, ["entries"], "entries", "readwrite">;
/** Power may fail the moment after: a report is on the disk before it is shown as kept. */
export const DURABLE = { durability: "strict" } as const;

/** Open what the phone keeps; whoever asks the browser twice gets the same. */
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

/** Ask the browser not to clear it away when space runs short. */
export async function keepForGood(): Promise<void> {
  if (!(await navigator.storage?.persisted?.())) await navigator.storage?.persist?.();
}
