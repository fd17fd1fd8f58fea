/** The changes of an update: only the fields that its author edited. */

import type { AlertStateBody, Changes } from "../../api";

export const WORDED = [
  "event",
  "colour",
  "assembly_point",
  "description",
  "instruction",
] as const satisfies readonly (keyof Changes & keyof AlertStateBody)[];

/** The fields of an alert that an update can reword. */
export type Worded = Pick<AlertStateBody, (typeof WORDED)[number]>;

/**
 * Return the fields that differ after trimming. An empty assembly point means that people go to
 * their own village's point. Any other empty field is no change.
 */
export function changesOf(alert: Worded, draft: Worded): Changes {
  const changed = WORDED.map((field) => [field, draft[field]?.trim() || null] as const).filter(
    ([field, value]) => value !== alert[field] && (value !== null || field === "assembly_point"),
  );
  return Object.fromEntries(changed);
}
