/** The officer's doors and reports that are stored on this device. */

import { onDevice } from "../doors/device";
import { unsentBy } from "../doors/sign_out_cleanup";

export interface KeptHere {
  /** Number of reports that wait to be sent. */
  readonly unsent: number;
  /** Number of the officer's doors when the service last answered. */
  readonly doors: number;
  /** The device's time of that answer, in milliseconds; 0 if there was none. */
  readonly askedAt: number;
}

/** Return the counts of an officer's doors and reports that are stored on this device. */
export async function keptHere(officer: string): Promise<KeptHere> {
  const seen = await onDevice(undefined, (device) =>
    device.run((database) => database.get("seen", officer)),
  );
  const unsent = await unsentBy(officer);
  return { unsent, doors: seen?.mine.length ?? 0, askedAt: seen?.askedAt ?? 0 };
}
