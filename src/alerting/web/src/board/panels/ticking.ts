/** Alert time as a signal, updated each second. */

import { useSignal, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { now, type Session } from "../../session";

const TICK_MS = 1000;

/** Return alert time; components that read it are re-rendered each second. */
export function useTicking(session: Session): ReadonlySignal<Date> {
  const time = useSignal(now(session));
  useEffect(() => {
    const ticking = setInterval(() => (time.value = now(session)), TICK_MS);
    return () => clearInterval(ticking);
  }, [session]);
  return time;
}

/** Return the seconds from an instant to a time; negative if the instant is still to come. */
export function secondsSince(instant: string, time: Date): number {
  return (time.getTime() - Date.parse(instant)) / 1000;
}
