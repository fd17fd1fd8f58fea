/** The form of an alert, and the request made from it. */

import type {
  AlertRequest,
  Area,
  Certainty,
  Colour,
  Exercise,
  ExerciseSize,
  HazardPointBody,
  Status,
  Urgency,
} from "../api";
import { isEmpty, NOTHING, type Drawn, type Point } from "../map/drawn";
import { OTHER, type Hazard } from "./hazards";

export interface Chosen {
  readonly code: string;
  readonly name: string;
}

export interface Form {
  /** The hazard's id in the library, or 'other'. */
  readonly hazard: string | null;
  /** The event's name, for a hazard not in the list. */
  readonly otherEvent: string;
  readonly places: readonly Chosen[];
  /** The hazard point whose area is alerted instead of the places. */
  readonly hazardPoint: HazardPointBody | null;
  /** The drawn area, which is alerted instead of the places unless it is empty. */
  readonly drawn: Drawn;
  /** Description of what was seen; if empty, the hazard's name is sent. */
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
  /** Whom an exercise reaches. */
  readonly size: ExerciseSize;
  /** Whose phone an exercise of one phone reaches: the code of a household or the id of an
   * officer; empty for the officer who raises it. */
  readonly phone: string;
}

/** Values for fields that nobody typed, and the hazards to choose from. */
export interface Defaults {
  /** The policy's instruction. */
  readonly instruction: string;
  readonly hazards: readonly Hazard[];
  /** The id of the officer who raises the alert. */
  readonly raiser: string;
}

/** The code of a household: that of its village or grid followed by four digits. */
const HOUSEHOLD = /^\d{16,19}$/;

/** A field that must be filled in before the preview. */
export type Missing = "event" | "area" | "instruction";

export function emptyForm(status: Status): Form {
  return {
    hazard: null,
    otherEvent: "",
    places: [],
    hazardPoint: null,
    drawn: NOTHING,
    seen: "",
    point: null,
    assemblyPoint: "",
    instruction: null,
    colour: "red",
    urgency: "Immediate",
    certainty: "Observed",
    status,
    size: "everybody",
    phone: "",
  };
}

/** Return the chosen hazard; undefined for none, or for one that is not in the library. */
export function hazardOf({ hazard }: Form, hazards: readonly Hazard[]): Hazard | undefined {
  return hazards.find(({ id }) => id === hazard);
}

export function eventOf(form: Form, hazards: readonly Hazard[]): string {
  if (form.hazard === OTHER) return form.otherEvent.trim();
  return hazardOf(form, hazards)?.event ?? "";
}

export function instructionOf(form: Form, defaults: Defaults): string {
  const byHazard = hazardOf(form, defaults.hazards)?.instruction;
  return form.instruction ?? byHazard ?? defaults.instruction;
}

/** Return the fields still missing, in the order of the page. */
export function missing(form: Form, defaults: Defaults): readonly Missing[] {
  const given: Record<Missing, string | number> = {
    event: eventOf(form, defaults.hazards),
    area: form.hazardPoint || !isEmpty(form.drawn) ? 1 : form.places.length,
    instruction: instructionOf(form, defaults).trim(),
  };
  return (Object.keys(given) as Missing[]).filter((field) => !given[field]);
}

/** Return the request to the service; no field may be missing. */
export function requestOf(form: Form, defaults: Defaults): AlertRequest {
  const event = eventOf(form, defaults.hazards);
  const everybodys = form.assemblyPoint.trim();
  return {
    status: form.status,
    ...exerciseOf(form, defaults.raiser),
    event,
    category: hazardOf(form, defaults.hazards)?.category ?? "Other",
    colour: form.colour,
    urgency: form.urgency,
    certainty: form.certainty,
    description: form.seen.trim() || event,
    instruction: instructionOf(form, defaults).trim(),
    area: areaOf(form),
    ...(everybodys !== "" && { assembly_point: everybodys }),
    ...(form.point && { hazard_location: [...form.point] }),
  };
}

/** Return the field with the size of an exercise, which the service requires; else no field. */
function exerciseOf(form: Form, raiser: string): { exercise?: Exercise } {
  const { status, size } = form;
  if (status !== "Exercise") return {};
  if (size !== "one_phone") return { exercise: { size } };
  const whose = form.phone.trim() || raiser;
  const named = HOUSEHOLD.test(whose) ? { household: whose } : { officer: whose };
  return { exercise: { size, ...named } };
}

function areaOf({ hazardPoint, drawn, places }: Form): Area {
  if (hazardPoint) return { hazard_point: hazardPoint.code };
  if (!isEmpty(drawn)) return { ...drawn };
  return { divisions: places.map((place) => place.code) };
}
