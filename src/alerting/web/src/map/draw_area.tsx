/** An area drawn on a map: polygons by their corners, circles by their middle and radius. */

import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { texts } from "../language";
import type { AreaMap, Saved } from "./area_map";
import type { Ground, Named } from "./base_map";
import { FEWEST_CORNERS, NOTHING, polygonsOf, withCircle, type Drawn, type Point } from "./drawn";
import type { Sketch } from "./sketch";

const t = texts("shared.map");
const USUAL_METRES = "300";
const MOST_METRES = 500_000;

export interface DrawAreaProps {
  readonly ground: Ground;
  readonly drawn: Drawn;
  readonly change: (drawn: Drawn) => void;
  /** Owned by the form, which finishes the polygon when the user continues. */
  readonly sketch: Sketch;
  readonly saved: readonly Saved[];
  /** The division around which the map shows outlines and names, even without tiles. */
  readonly around: string;
  readonly names: readonly Named[];
}

export function DrawArea(props: DrawAreaProps): JSX.Element {
  const { drawn, change, sketch } = props;
  const corners = sketch.corners.value;
  const tool = useSignal<"polygon" | "circle">("polygon");
  const metres = useSignal(USUAL_METRES);
  const map = useSignal<AreaMap | null>(null);
  function add(at: Point): void {
    if (tool.value === "polygon") sketch.add(at);
    else if (isRadius(metres.value)) change(withCircle(drawn, at, Number(metres.value)));
  }
  function finish(): void {
    change(sketch.finish(drawn) ?? drawn);
  }
  return (
    <div class="draw-area">
      <div class="tools" role="group" aria-label={t().tools}>
        {(["polygon", "circle"] as const).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={tool.value === each}
            onClick={() => (tool.value = each)}
          >
            {t()[each]}
          </button>
        ))}
        {tool.value === "circle" && <Radius metres={metres} />}
      </div>
      <p class="hint">{tool.value === "polygon" ? t().polygonHint : t().circleHint}</p>
      <MapOf {...props} corners={corners} map={map} add={add} />
      <div class="tools">
        {map.value && (
          <button type="button" onClick={() => map.value && add(map.value.middle())}>
            {tool.value === "polygon" ? t().cornerHere : t().circleHere}
          </button>
        )}
        {corners.length > 0 && (
          <button type="button" onClick={() => sketch.takeBack()}>
            {t().undo}
          </button>
        )}
        {corners.length >= FEWEST_CORNERS && (
          <button type="button" class="primary" onClick={finish}>
            {t().finish}
          </button>
        )}
        {(drawn.geometry || drawn.circles.length > 0) && (
          <button type="button" onClick={() => change(NOTHING)}>
            {t().clear}
          </button>
        )}
      </div>
      <p role="status">
        {t().drawn({ polygons: polygonsOf(drawn).length, circles: drawn.circles.length })}
        {corners.length > 0 && ` ${t().corners({ count: corners.length })}`}
      </p>
    </div>
  );
}

/** The problem of a polygon with too few corners, for the form to show. */
export function Unfinished({ sketch }: { sketch: Sketch }): JSX.Element | null {
  if (!sketch.isRefused.value) return null;
  return (
    <p class="refused" role="alert">
      {t().unfinished}
    </p>
  );
}

function Radius({ metres }: { metres: Signal<string> }): JSX.Element {
  return (
    <label>
      {t().radius}
      <input
        type="number"
        min={1}
        max={MOST_METRES}
        value={metres.value}
        onInput={(event) => (metres.value = event.currentTarget.value)}
      />
    </label>
  );
}

interface MapProps extends DrawAreaProps {
  readonly corners: readonly Point[];
  readonly map: Signal<AreaMap | null>;
  readonly add: (at: Point) => void;
}

function MapOf({ ground, drawn, saved, around, names, corners, map, add }: MapProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const isMissing = useSignal(false);
  const latest = useRef(add);
  latest.current = add;
  useEffect(() => {
    let isGone = false;
    // Loaded on demand: most people never open a map.
    import("./area_map").then(
      ({ AreaMap }) => {
        if (!isGone && place.current)
          map.value = new AreaMap(place.current, ground, (at) => latest.current(at));
      },
      () => (isMissing.value = true),
    );
    return () => {
      isGone = true;
      map.value?.close();
      map.value = null;
    };
  }, []);
  useEffect(() => map.value?.show(drawn, corners), [map.value, drawn, corners]);
  useEffect(() => map.value?.showSaved(saved), [map.value, saved]);
  useEffect(() => map.value?.outline(around), [map.value, around]);
  useEffect(() => {
    map.value?.name(names);
    if (names[0]) map.value?.lookUnlessPlaced(names[0].at);
  }, [map.value, names]);
  return (
    <>
      <div class="map" ref={place} role="region" aria-label={t().map} />
      {isMissing.value && <p class="refused">{t().missing}</p>}
    </>
  );
}

function isRadius(typed: string): boolean {
  return Number(typed) > 0 && Number(typed) <= MOST_METRES;
}
