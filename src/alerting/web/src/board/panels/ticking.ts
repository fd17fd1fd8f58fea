/** The alert time on the page, second by second. */

import { useSignal, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { now, type Session } from "../../session";

const TICK_MS = 1000;

/** Return the alert time; whoever reads it is drawn anew each second. */
export function useTicking(session: Session): ReadonlySignal<Date> {
  const time = useSignal(now(session));
  useEffect(() => {
    const ticking = setInterval(() => (time.value = now(session)), TICK_MS);
    return () => clearInterval(ticking);
  }, [session]);
  return time;
}

/** Seconds from one instant to another; below 0 where it is still to come. */
export function secondsSince(instant: string, time: Date): number {
  return (time.getTime() - Date.parse(instant)) / 1000;
}
