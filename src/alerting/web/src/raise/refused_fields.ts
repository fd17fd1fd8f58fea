/** Assignment of a refusal's reasons to fields of the page. */

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
  | "status"
  | "exercise";

export type Refused = Readonly<Partial<Record<Field, readonly string[]>>>;

/** The service's field names; an area's parts belong to the choice of places. */
const FIELDS: Readonly<Record<string, Field>> = {
  event: "event",
  category: "event",
  area: "area",
  "area.divisions": "area",
  "area.geometry": "area",
  "area.circles": "area",
  "area.hazard_point": "area",
  divisions: "area",
  geometry: "area",
  circles: "area",
  hazard_point: "area",
  description: "description",
  hazard_location: "hazard_location",
  assembly_point: "assembly_point",
  instruction: "instruction",
  colour: "colour",
  urgency: "urgency",
  certainty: "certainty",
  status: "status",
  exercise: "exercise",
  "exercise.household": "exercise",
  "exercise.officer": "exercise",
  household: "exercise",
  officer: "exercise",
};
const NAMED = /^([\w.]+): /;
const UNPROCESSABLE = 422;

/** Return the problems by field; empty if a line names no field: all are then shown together. */
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
