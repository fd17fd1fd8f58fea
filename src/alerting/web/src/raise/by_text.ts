/** The ready-made SMS that raises an alert from a phone without data. */

import type { SettingsBody } from "../api";
import { isEmpty, outermost } from "../map/drawn";
import type { Me } from "../me";
import { hazardOf, type Form } from "./form";
import { hazardsOf } from "./hazards";
import { ownVillage } from "./who";

/** Decimals of degrees: about 10 m. */
const DIGITS = 4;

/** The reason why no text is offered. */
export type NoText =
  "no_number" | "no_village" | "exercise" | "no_hazard" | "other_hazard" | "other_place";

export interface ReadyText {
  readonly number: string;
  readonly body: string;
  /** Link that opens the phone's messages with the text. */
  readonly address: string;
}

/** Return the words for an area within the village: the hazard point's name, or its position. */
export function within({ hazardPoint, drawn }: Form): readonly string[] {
  if (hazardPoint !== null) return [hazardPoint.name];
  if (isEmpty(drawn)) return [];
  const corners = outermost(drawn);
  const middle = (axis: 0 | 1): string => {
    const values = corners.map((corner) => corner[axis]);
    return ((Math.min(...values) + Math.max(...values)) / 2).toFixed(DIGITS);
  };
  return [`${middle(0)},${middle(1)}`];
}

/**
 * Return the text that the service reads as this alert, or why a text cannot raise it.
 *
 * A text raises an alert if its first word is a hazard. The service alerts the village of the
 * officer from whose registered phone the text came. Outside drills such an alert is actual. The
 * text leaves the description out, because a question in it would prevent the alert.
 */
export function readyText(form: Form, me: Me, settings: SettingsBody): ReadyText | NoText {
  const { sms_number: number, is_drill: isDrill } = settings;
  const village = ownVillage(me);
  if (number === null) return "no_number";
  if (village === null) return "no_village";
  if (form.status !== "Actual" && !isDrill) return "exercise";
  if (form.hazard === null) return "no_hazard";
  const hazard = hazardOf(form, hazardsOf(settings));
  if (hazard === undefined) return "other_hazard";
  const [place, ...others] = form.places;
  if (place === undefined || others.length > 0 || place.code !== village) return "other_place";
  if (form.hazardPoint?.division.startsWith(village) === false) return "other_place";
  const body = [hazard.event, place.name, ...within(form)].join(" ");
  return { number, body, address: `sms:${number}?body=${encodeURIComponent(body)}` };
}
