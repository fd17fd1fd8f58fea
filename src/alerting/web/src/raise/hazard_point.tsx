/** The optional position of the hazard: from the phone, or marked on a map. */

import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Point } from "../map/drawn";
import { namesAround } from "../map/places";
import type { HazardMap } from "./hazard_map";
import { Problem } from "./problem";
import type { Raising } from "./raising";
import { t } from "./words";

const LOCATE_MS = 15_000;
const DIGITS = 5;

type Told = "" | "locating" | "noPosition" | "noMap";

export function HazardPoint({ raising }: { raising: Raising }): JSX.Element {
  const { point } = raising.drafting.draft.value.form;
  const opened = useSignal(point !== null);
  const told = useSignal<Told>("");
  const mark = (at: Point | null): void => {
    told.value = "";
    raising.drafting.fill({ point: at && [rounded(at[0]), rounded(at[1])] });
  };
  return (
    <details
      class="hazard-point"
      open={opened.value}
      onToggle={(event) => (opened.value = event.currentTarget.open)}
    >
      <summary>{t().map}</summary>
      {opened.value && (
        <>
          <div class="choices">
            <button type="button" onClick={() => locate(mark, told)}>
              {t().here}
            </button>
            {point && (
              <button type="button" onClick={() => mark(null)}>
                {t().unmark}
              </button>
            )}
          </div>
          <p role="status">
            {told.value !== ""
              ? t()[told.value]
              : point &&
                t().marked({
                  latitude: point[0].toFixed(DIGITS),
                  longitude: point[1].toFixed(DIGITS),
                })}
          </p>
          <MapView raising={raising} point={point} mark={mark} told={told} />
        </>
      )}
      <Problem raising={raising} of="hazard_location" />
    </details>
  );
}

function MapView({
  raising,
  point,
  mark,
  told,
}: {
  raising: Raising;
  point: Point | null;
  mark: (at: Point) => void;
  told: Signal<Told>;
}): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const map = useSignal<HazardMap | null>(null);
  const chosen = raising.drafting.draft.value.form.places[0]?.code;
  useEffect(() => {
    const shown = place.current;
    let left = false;
    if (shown)
      begin(shown, raising, mark).then(
        (begun) => (left ? begun.close() : (map.value = begun)),
        () => (told.value = "noMap"),
      );
    return () => {
      left = true;
      map.value?.close();
    };
  }, []);
  useEffect(() => {
    if (chosen !== undefined && map.value) void label(map.value, chosen);
  }, [chosen, map.value]);
  useEffect(() => map.value?.mark(point), [point, map.value]);
  return (
    <div hidden={told.value === "noMap"}>
      <p class="hint">{t().mapHint}</p>
      <div class="map" ref={place} />
      {map.value && (
        <button type="button" onClick={() => map.value && mark(map.value.middle())}>
          {t().middle}
        </button>
      )}
    </div>
  );
}

/** Load the map on demand: most alerts are raised without it. */
async function begin(
  shown: HTMLElement,
  raising: Raising,
  mark: (at: Point) => void,
): Promise<HazardMap> {
  const { HazardMap } = await import("./hazard_map");
  return new HazardMap(shown, raising.session.settings, mark);
}

/** Outline and label the villages of the town, so that the map is useful without a base map. */
async function label(map: HazardMap, code: string): Promise<void> {
  map.outline(code);
  const names = await namesAround(code);
  map.name(names);
  if (names[0]) map.lookUnlessMarked(names[0].at);
}

function locate(mark: (at: Point) => void, told: Signal<Told>): void {
  told.value = "locating";
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => mark([coords.latitude, coords.longitude]),
    () => (told.value = "noPosition"),
    { enableHighAccuracy: true, timeout: LOCATE_MS },
  );
}

function rounded(degrees: number): number {
  return Number(degrees.toFixed(DIGITS));
}
