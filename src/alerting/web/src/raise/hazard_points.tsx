/** The hazard points of the user's division: a tap on one fills in the form and previews it. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { HazardPointBody } from "../api";
import { language } from "../language";
import { nameIn } from "./hazards";
import type { Raising } from "./raising";
import { t } from "./words";

/** Number of points that are listed; others are found by a search. */
const MANY = 6;

export function HazardPoints({ raising }: { raising: Raising }): JSX.Element | null {
  const sought = useSignal("");
  const points = raising.points.value;
  if (points.length === 0) return null;
  const found = points.filter(({ name, code, place }) =>
    [name, code, place].some((each) => each.includes(sought.value.trim())),
  );
  return (
    <section class="hazard-points" aria-labelledby="hazard-points">
      <h2 id="hazard-points">{t().points}</h2>
      {points.length > MANY && (
        <input
          type="search"
          aria-label={t().filter}
          placeholder={t().filter}
          value={sought.value}
          onInput={(event) => (sought.value = event.currentTarget.value)}
        />
      )}
      <ul>
        {found.slice(0, MANY).map((point) => (
          <li key={point.code}>
            <Point raising={raising} point={point} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Point({ raising, point }: { raising: Raising; point: HazardPointBody }): JSX.Element {
  const hazard = raising.defaults.hazards.find(({ id }) => id === point.hazard);
  const facts = [
    hazard ? nameIn(hazard, language.value) : point.hazard,
    point.place,
    ...(point.is_watched ? [t().watched] : []),
  ];
  return (
    <button
      type="button"
      class="tile"
      disabled={raising.busy.value}
      onClick={() => void raising.take(point)}
    >
      <strong>{point.name}</strong>
      <span>{facts.join(" · ")}</span>
    </button>
  );
}
