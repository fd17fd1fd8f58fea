import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Feed } from "../feed";
import { timeShown, useAlertClock, useTicking } from "./alert_clock";
import { drawn, SENT, SESSION } from "./drawing";

const MINUTE = 60_000;
const state = signal<{ alert: { ended_at: string | null } } | null>(null);
const feed = { state } as unknown as Feed;

function Shown(): JSX.Element {
  const [at, time] = [useAlertClock(SESSION, feed), useTicking(SESSION, feed)];
  return <p>{`${minutes(at.value)} ${minutes(time.value.getTime())}`}</p>;
}

function minutes(at: number): number {
  return Math.floor((at - SENT) / MINUTE);
}

beforeEach(() => {
  vi.useFakeTimers({ now: SENT });
  state.value = { alert: { ended_at: null } };
});
afterEach(() => vi.useRealTimers());

it("ticks while the alert runs, then shows its end and stands still", async () => {
  const place = await drawn(<Shown />);
  expect(place.textContent).toBe("0 0");
  await act(() => void vi.advanceTimersByTime(9 * MINUTE));
  expect(place.textContent).toBe("9 9");
  const ended_at = new Date(SENT + 7 * MINUTE).toISOString();
  await act(() => void (state.value = { alert: { ended_at } }));
  expect(place.textContent).toBe("7 7");
  await act(() => void vi.advanceTimersByTime(60 * MINUTE));
  expect(place.textContent).toBe("7 7");
  expect(timeShown(SESSION, feed)).toEqual(new Date(ended_at));
});

it("shows the service's time while no alert is known", () => {
  state.value = null;
  vi.advanceTimersByTime(3 * MINUTE);
  expect(minutes(timeShown(SESSION, feed).getTime())).toBe(3);
});
