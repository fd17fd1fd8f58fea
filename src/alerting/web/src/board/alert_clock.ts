/** Alert time as ticking signals, which stand still at the end of an alert that is over. */

import {
  useComputed,
  useSignal,
  useSignalEffect,
  type ReadonlySignal,
  type Signal,
} from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Feed } from "../feed";
import { now, type Session } from "../session";

const SECOND = 1000;
/** Maximum updates per second: a drill's clock runs faster, but nobody reads faster than this. */
const MOST_TICKS = 4;

/** Return the time to show: alert time, or the end of an alert that is over. */
export function timeShown(session: Session, feed: Feed): Date {
  return endOf(feed) ?? now(session);
}

/** Return the time shown in milliseconds as a ticking signal, which re-renders its readers. */
export function useAlertClock(session: Session, feed: Feed): ReadonlySignal<number> {
  const at = useTicks(session, Math.min(session.settings.clock_speed, MOST_TICKS));
  return useComputed(() => (endOf(feed) ?? at.value).getTime());
}

/** Return the time shown; components that read it are re-rendered each second until the end. */
export function useTicking(session: Session, feed: Feed): ReadonlySignal<Date> {
  const at = useTicks(session, 1);
  return useComputed(() => endOf(feed) ?? at.value);
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

/** Return the seconds from an instant to a time; negative if the instant is still to come. */
export function secondsSince(instant: string, time: Date): number {
  return (time.getTime() - Date.parse(instant)) / SECOND;
}

function endOf({ state }: Feed): Date | null {
  const ended = state.value?.alert.ended_at;
  return ended ? new Date(ended) : null;
}

function useTicks(session: Session, perSecond: number): Signal<Date> {
  const at = useSignal(now(session));
  useEffect(() => {
    const ticking = setInterval(() => (at.value = now(session)), SECOND / perSecond);
    return () => clearInterval(ticking);
  }, [session, perSecond]);
  return at;
}
