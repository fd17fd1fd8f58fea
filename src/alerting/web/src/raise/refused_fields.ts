/** Where on the page a refusal of the service belongs. */

import { Refusal } from "../client";

export type Field =
  | "event"
  | "area"
  | "description"
  | "hazard_location"
  | "assembly_point"
  | "instruction"
  | "colour"
  | "urgency"
  | "certainty"
  | "status";

export type Refused = Readonly<Partial<Record<Field, readonly string[]>>>;

/** What the service calls them: an area's parts stand where the places are chosen. */
const FIELDS: Readonly<Record<string, Field>> = {
  event: "event",
  category: "event",
  area: "area",
  "area.divisions": "area",
  divisions: "area",
  description: "description",
  hazard_location: "hazard_location",
  assembly_point: "assembly_point",
  instruction: "instruction",
  colour: "colour",
  urgency: "urgency",
  certainty: "certainty",
  status: "status",
};
const NAMED = /^([\w.]+): /;
const UNPROCESSABLE = 422;

/** Return what is wrong by field; empty where it names none, so that it is told as a whole. */
export function refusedFields(error: unknown): Refused {
  if (!(error instanceof Refusal) || error.status !== UNPROCESSABLE) return {};
  const found: Partial<Record<Field, string[]>> = {};
  for (const line of error.reasons.length > 0 ? error.reasons : [error.message]) {
    const field = FIELDS[NAMED.exec(line)?.[1] ?? ""];
    if (field === undefined) return {};
    (found[field] ??= []).push(line.replace(NAMED, ""));
  }
  return found;
}
