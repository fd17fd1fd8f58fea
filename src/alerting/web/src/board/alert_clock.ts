/** Alert time as a ticking signal, for components that change with it. */

import { useSignal, useSignalEffect, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { now, type Session } from "../session";

const SECOND = 1000;
/** Limit on updates per second: a drill's clock runs faster, but nobody reads faster than this. */
const MOST_TICKS = 4;

/** Return alert time in milliseconds as a ticking signal, which re-renders its readers. */
export function useAlertClock(session: Session): ReadonlySignal<number> {
  const at = useSignal(now(session).getTime());
  useEffect(() => {
    const pause = SECOND / Math.min(session.settings.clock_speed, MOST_TICKS);
    const ticking = setInterval(() => (at.value = now(session).getTime()), pause);
    return () => clearInterval(ticking);
  }, [session]);
  return at;
}

/** Return the alert time up to which the board is informed; it stops while the feed is stale. */
export function useHeardUntil(
  at: ReadonlySignal<number>,
  stale: ReadonlySignal<number | null>,
): ReadonlySignal<number> {
  const heard = useSignal(at.peek());
  useSignalEffect(() => {
    if (stale.value === null) heard.value = at.value;
  });
  return heard;
}
