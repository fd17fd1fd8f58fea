/** The alert's facts: colour in words, time of sending, hazard point, assembly point. */

import type { JSX } from "preact";
import type { AlertStateBody } from "../api";
import { dayAndTime, texts } from "../language";

const t = texts("board.facts");

export function Facts({ alert }: { alert: AlertStateBody }): JSX.Element {
  const { colour, sent, hazard_point: point, area_name, assembly_point_here: here } = alert;
  return (
    <p class="facts">
      <b class={`warning is-warning-${colour}`}>{t()[colour]}</b>{" "}
      {t().sent({ at: dayAndTime(sent) })} ·{" "}
      {point !== null && `${t().point({ name: area_name ?? point })} · `}
      {t().assembly({ place: here ?? t().eachOwn })} · <a href="?wall">{t().wall}</a> ·{" "}
      <a href="?print">{t().print}</a>
    </p>
  );
}
