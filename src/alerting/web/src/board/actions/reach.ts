/** The people an area reaches, shown in the confirmation before anything is sent. */

import type { AlertStateBody, PreviewBody } from "../../api";
import { post } from "../../client";
import { number, texts, time } from "../../language";

const t = texts("board.reach");

/** Return the people that an alert would reach in further divisions; sends nothing. */
export function previewOf(
  alert: AlertStateBody,
  divisions: readonly string[],
): Promise<PreviewBody> {
  const { status, event, colour, description, instruction, assembly_point } = alert;
  const { hazard_location } = alert;
  return post("/api/alerts/preview", {
    body: {
      status,
      event,
      colour,
      description,
      instruction,
      ...(assembly_point !== null && { assembly_point }),
      hazard_location,
      area: { divisions: [...divisions] },
    },
  });
}

export function reachCounts(preview: PreviewBody): (readonly [string, string])[] {
  const finish = time(preview.predicted_finish) + (preview.finishes_late ? t().late : "");
  return [
    [t().households, number(preview.households)],
    [t().people, number(preview.people)],
    [t().noPhone, number(preview.households_without_phone)],
    [t().officers, number(preview.officers)],
    [t().segments, number(preview.segments)],
    [t().finish, finish],
  ];
}
