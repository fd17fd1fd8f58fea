/** Deletion of the doors' data on this device when an officer signs out. */

import { DURABLE, onDevice } from "./device";
import { isUnsent } from "./entry";

/** Return the number of an officer's reports that wait on this device to be sent. */
export async function unsentBy(officer: string): Promise<number> {
  return await onDevice(0, async (device) => {
    const all = await device.run((database) =>
      database.getAllFromIndex("entries", "officer", officer),
    );
    return all.filter(isUnsent).length;
  });
}

/**
 * Delete the cached doors, and the reports that the ledger has received.
 *
 * Reports that the ledger does not have, or has refused, wait until their officer returns.
 */
export async function forgetDoors(): Promise<void> {
  await onDevice(undefined, (device) =>
    device.run(async (database) => {
      const transaction = database.transaction(["entries", "seen"], "readwrite", DURABLE);
      const entries = transaction.objectStore("entries");
      const received = (await entries.getAll()).filter(({ state }) => state === "received");
      await Promise.all([
        transaction.objectStore("seen").clear(),
        ...received.map(({ id }) => entries.delete(id)),
        transaction.done,
      ]);
    }),
  );
}
