/** The form of an alert, and the request made from it. */

import type { AlertRequest, Certainty, Colour, Status, Urgency } from "../api";
import { HAZARDS, type HazardName } from "./hazards";

export interface Chosen {
  readonly code: string;
  readonly name: string;
}

export type Point = readonly [latitude: number, longitude: number];

export interface Form {
  readonly hazard: HazardName | null;
  /** The event's name, for a hazard not in the list. */
  readonly otherEvent: string;
  readonly places: readonly Chosen[];
  /** Description of what was seen; if empty, one is made from the hazard. */
  readonly seen: string;
  readonly point: Point | null;
  /** Where everybody is to go; empty: each village's people go to its own assembly point. */
  readonly assemblyPoint: string;
  /** As typed; null for the hazard's own instruction. */
  readonly instruction: string | null;
  readonly colour: Colour;
  readonly urgency: Urgency;
  readonly certainty: Certainty;
  readonly status: Status;
}

/** Values for fields that nobody typed. */
export interface Defaults {
  /** The policy's instruction. */
  readonly instruction: string;
}

/** A field that must be filled in before the preview. */
export type Missing = "event" | "area" | "instruction";

export function emptyForm(status: Status): Form {
  return {
    hazard: null,
    otherEvent: "",
    places: [],
    seen: "",
    point: null,
    assemblyPoint: "",
    instruction: null,
    colour: "red",
    urgency: "Immediate",
    certainty: "Observed",
    status,
  };
}

export function eventOf(form: Form): string {
  return form.hazard === null ? "" : (HAZARDS[form.hazard].event ?? form.otherEvent.trim());
}

export function instructionOf(form: Form, defaults: Defaults): string {
  const byHazard = form.hazard === null ? null : HAZARDS[form.hazard].instruction;
  return form.instruction ?? byHazard ?? defaults.instruction;
}

/** Return the fields still missing, in the order of the page. */
export function missing(form: Form, defaults: Defaults): readonly Missing[] {
  const given: Record<Missing, string | number> = {
    event: eventOf(form),
    area: form.places.length,
    instruction: instructionOf(form, defaults).trim(),
  };
  return (Object.keys(given) as Missing[]).filter((field) => !given[field]);
}

/** Return the request to the service; no field may be missing. */
export function requestOf(form: Form, defaults: Defaults): AlertRequest {
  const event = eventOf(form);
  const everybodys = form.assemblyPoint.trim();
  return {
    status: form.status,
    event,
    category: form.hazard === null ? "Other" : HAZARDS[form.hazard].category,
    colour: form.colour,
    urgency: form.urgency,
    certainty: form.certainty,
    description: form.seen.trim() || `发现${event}险情。`,
    instruction: instructionOf(form, defaults).trim(),
    area: { divisions: form.places.map((place) => place.code) },
    ...(everybodys !== "" && { assembly_point: everybodys }),
    ...(form.point && { hazard_location: [...form.point] }),
  };
}
