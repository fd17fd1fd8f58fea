/** The curve of one division: the service's history, extended by the feed. */

import { effect, signal, type ReadonlySignal } from "@preact/signals";
import type { PointBody } from "../api";
import { get } from "../client";
import type { Feed } from "../feed";
import { accounted, countsIn, everybody, unaccounted, type Counts } from "./counts";
import { extended, type CurvePoint } from "./curve_points";

/** Points closer than this are merged, in milliseconds of alert time. */
const APART = 5_000;

/** Follow the curve of the selected division; `stop` ends it. */
export function followCurve(
  alert: number,
  feed: Feed,
  division: ReadonlySignal<string>,
  now: () => Date,
): { points: ReadonlySignal<readonly CurvePoint[]>; stop: () => void } {
  const points = signal<readonly CurvePoint[]>([]);
  const stopReading = effect(() => {
    const place = division.value;
    // After a gap the feed has current numbers only, so the history is read again.
    if (feed.stale.value !== null) return;
    void read(alert, place).then((found) => {
      if (found && division.peek() === place) points.value = found;
    });
  });
  const stopExtending = effect(() => {
    const state = feed.state.value;
    const place = division.value;
    if (!state || !points.value.length) return;
    const point = pointOf(countsIn(state.tallies, place), now());
    points.value = extended(points.peek(), point, APART);
  });
  return { points, stop: () => [stopReading, stopExtending].forEach((stop) => stop()) };
}

async function read(alert: number, division: string): Promise<readonly CurvePoint[] | null> {
  try {
    const path = { alert_id: alert };
    return (await get("/api/alerts/{alert_id}/curve", { path, query: { division } })).map(told);
  } catch {
    // Without the history the curve starts at the feed's first tallies, with right numbers.
    return null;
  }
}

function told({ at, total, accounted, unaccounted }: PointBody): CurvePoint {
  return { at: Date.parse(at), total, accounted, unaccounted };
}

function pointOf(counts: Counts, at: Date): CurvePoint {
  return {
    at: at.getTime(),
    total: everybody(counts),
    accounted: accounted(counts),
    unaccounted: unaccounted(counts),
  };
}
