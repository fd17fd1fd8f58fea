/** The alert's time as it goes on, for what is drawn anew with it. */

import { useSignal, useSignalEffect, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { now, type Session } from "../session";

const SECOND = 1000;
/** In a drill the alert's seconds are short: oftener than this in a real one nobody can read. */
const MOST_TICKS = 4;

/** Return the alert's time in milliseconds: whoever reads it is drawn anew as it goes on. */
export function useAlertClock(session: Session): ReadonlySignal<number> {
  const at = useSignal(now(session).getTime());
  useEffect(() => {
    const pause = SECOND / Math.min(session.settings.clock_speed, MOST_TICKS);
    const ticking = setInterval(() => (at.value = now(session).getTime()), pause);
    return () => clearInterval(ticking);
  }, [session]);
  return at;
}

/** Return the time up to which the board knows how things stand: it stops while nothing is heard. */
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
