/** The alert as a whole and the names of its divisions, reloaded when the feed advances. */

import { effect, signal, type ReadonlySignal } from "@preact/signals";
import type { AlertStateBody, DivisionBody } from "../api";
import { get } from "../client";
import type { Feed } from "../feed";

const PAUSE_MS = 5_000;

/** The alert's data that the feed does not carry. */
export interface AlertStore {
  readonly alert: ReadonlySignal<AlertStateBody>;
  readonly places: ReadonlySignal<readonly DivisionBody[]>;
  readonly stop: () => void;
}

/** Read the alert and its divisions. Throws Refusal or Unreachable. */
export async function readAlert(id: number): Promise<[AlertStateBody, readonly DivisionBody[]]> {
  const path = { alert_id: id };
  return Promise.all([
    get("/api/alerts/{alert_id}", { path }),
    get("/api/alerts/{alert_id}/divisions", { path }),
  ]);
}

/** Reload both as the feed advances, at most once every few seconds. */
export function followAlert(
  first: readonly [AlertStateBody, readonly DivisionBody[]],
  feed: Feed,
): AlertStore {
  const [alert, places] = [signal(first[0]), signal(first[1])];
  let seq = first[0].seq;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  async function read(): Promise<void> {
    const found = await readAlert(alert.peek().id).catch(() => null);
    waiting = undefined;
    if (!found) return;
    [alert.value, places.value] = found;
    readIfNewer();
  }
  function readIfNewer(): void {
    const known = feed.state.peek()?.seq ?? seq;
    if (known <= seq || waiting !== undefined) return;
    seq = known;
    waiting = setTimeout(() => void read(), PAUSE_MS * (0.5 + Math.random()));
  }
  const stop = effect(() => {
    if (feed.state.value) readIfNewer();
  });
  return { alert, places, stop: () => (stop(), clearTimeout(waiting)) };
}
