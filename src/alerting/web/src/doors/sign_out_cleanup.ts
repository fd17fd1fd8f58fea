/** What of the doors stays on this device when an officer goes. */

import { DURABLE, openDevice, type Device } from "./device";
import { isUnsent } from "./entry";

/** How many of an officer's reports wait here until they are sent. */
export async function unsentBy(officer: string): Promise<number> {
  const device = await open();
  if (!device) return 0;
  const all = await device.getAllFromIndex("entries", "officer", officer);
  device.close();
  return all.filter(isUnsent).length;
}

/**
 * Forget whom doors are, and what the ledger has.
 *
 * What it does not have yet, or did not take, waits until its officer is back.
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

/** A browser that keeps nothing has nothing to forget. */
async function open(): Promise<Device | null> {
  return await openDevice().catch(() => null);
}
