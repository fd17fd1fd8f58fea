/** Deletion of the doors' data on this device when an officer signs out. */

import { DURABLE, openDevice, type Device } from "./device";
import { isUnsent } from "./entry";

/** Return how many of an officer's reports wait here to be sent. */
export async function unsentBy(officer: string): Promise<number> {
  const device = await open();
  if (!device) return 0;
  const all = await device.getAllFromIndex("entries", "officer", officer);
  device.close();
  return all.filter(isUnsent).length;
}

/**
 * Delete the cached doors and the reports that the ledger has.
 *
 * Reports that it does not have, or refused, wait until their officer returns.
 */
export async function forgetDoors(): Promise<void> {
  const device = await open();
  if (!device) return;
  const transaction = device.transaction(["entries", "seen"], "readwrite", DURABLE);
  const entries = transaction.objectStore("entries");
  const received = (await entries.getAll()).filter(({ state }) => state === "received");
  await Promise.all([
    transaction.objectStore("seen").clear(),
    ...received.map(({ id }) => entries.delete(id)),
    transaction.done,
  ]);
  device.close();
}

/** Return null if the browser stores nothing, since there is nothing to delete. */
async function open(): Promise<Device | null> {
  return await openDevice().catch(() => null);
}
