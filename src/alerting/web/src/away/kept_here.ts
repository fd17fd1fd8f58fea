/** The officer's doors and reports that are kept on this device. */

import { onDevice } from "../doors/device";
import { unsentBy } from "../doors/sign_out_cleanup";

export interface KeptHere {
  /** Number of reports that wait to be sent. */
  readonly unsent: number;
  /** Number of the officer's doors at the last answer of the service. */
  readonly doors: number;
  /** The device's time of that answer, in milliseconds; 0: there was none. */
  readonly askedAt: number;
}

/** Return the data of an officer that is kept here. */
export async function keptHere(officer: string): Promise<KeptHere> {
  const seen = await onDevice(undefined, (device) =>
    device.run((database) => database.get("seen", officer)),
  );
  const unsent = await unsentBy(officer);
  return { unsent, doors: seen?.mine.length ?? 0, askedAt: seen?.askedAt ?? 0 };
}
