/** What an update changes: only what its author wrote otherwise. */

import type { AlertStateBody, Changes } from "../../api";

export const WORDED = [
  "event",
  "colour",
  "assembly_point",
  "description",
  "instruction",
] as const satisfies readonly (keyof Changes & keyof AlertStateBody)[];

/** The fields of an alert that an update words anew. */
export type Worded = Pick<AlertStateBody, (typeof WORDED)[number]>;

/** Return the fields that differ, spaces around them aside; what is left empty is no change. */
export function changesOf(alert: Worded, draft: Worded): Changes {
  const changed = WORDED.map((field) => [field, draft[field].trim()] as const).filter(
    ([field, value]) => value !== "" && value !== alert[field],
  );
  return Object.fromEntries(changed);
}
