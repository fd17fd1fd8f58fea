/** The last practice of each village by size of exercise, the longest overdue first. */

import type { JSX } from "preact";
import type { ExerciseSize, PlacePracticeBody } from "../../api";
import { date, texts } from "../../language";
import type { ExerciseStore } from "./exercise_store";

const t = texts("office.exercises");
const SIZES: readonly ExerciseSize[] = ["everybody", "officers", "one_phone"];

export function Practice({ store }: { store: ExerciseStore }): JSX.Element | null {
  const practice = store.practice.value;
  if (practice === null) return null;
  const { places, overdue } = practice;
  return (
    <>
      <h2>{t().practice}</h2>
      <ul>
        {SIZES.map((size) => (
          <li key={size}>
            {t()[size]}:{" "}
            {overdue[size] ? t().overdueIn({ count: overdue[size], places }) : t().upToDate}
          </li>
        ))}
      </ul>
      <ul class="rows practice">
        {store.places.value.map((place) => (
          <Place key={place.division} place={place} />
        ))}
      </ul>
      {store.places.value.length < places && (
        <button type="button" disabled={store.busy.value} onClick={() => void store.morePlaces()}>
          {t().morePlaces}
        </button>
      )}
    </>
  );
}

function Place({ place }: { place: PlacePracticeBody }): JSX.Element {
  return (
    <li>
      <p>
        <strong>{place.name}</strong> <span class="code">{place.division}</span>
      </p>
      <dl class="sizes">
        {SIZES.map((size) => {
          const last = place.last[size];
          const isOverdue = place.overdue.includes(size);
          return (
            <div key={size} class={isOverdue ? "lack" : ""}>
              <dt>{t()[size]}</dt>
              <dd>
                {last ? date(last) : t().never}
                {isOverdue && ` · ${t().overdue}`}
              </dd>
            </div>
          );
        })}
      </dl>
    </li>
  );
}
