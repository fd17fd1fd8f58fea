/** The phone's position, with its owner's consent; it never leaves the phone. */

import { signal, type ReadonlySignal } from "@preact/signals";
import { distanceBetween, type Position } from "./order";

/** `unasked`: the owner was not asked yet. `denied`: the owner or the browser refuses. */
export type Telling = "unasked" | "asked" | "told" | "denied";

const position = signal<Position | null>(null);
const state = signal<Telling>("geolocation" in navigator ? "unasked" : "denied");
/** Distance walked before the doors are sorted again, in metres. */
const STEP_M = 25;

export const here: ReadonlySignal<Position | null> = position;
export const telling: ReadonlySignal<Telling> = state;

/** Follow the phone's position; the browser asks its owner. */
export function follow(): void {
  if (state.value === "asked" || state.value === "told") return;
  state.value = "asked";
  navigator.geolocation.watchPosition(
    ({ coords: { latitude, longitude } }) => {
      const next = { latitude, longitude };
      if (position.value === null || distanceBetween(position.value, next) >= STEP_M)
        position.value = next;
      state.value = "told";
    },
    () => {
      if (position.value === null) state.value = "denied";
    },
    { enableHighAccuracy: true, maximumAge: 30_000, timeout: 20_000 },
  );
}

/** Follow at once if the owner agreed before, so that nobody is asked at three in the morning. */
export async function followIfAgreed(): Promise<void> {
  if (state.value !== "unasked" || !("permissions" in navigator)) return;
  const permission = await navigator.permissions.query({ name: "geolocation" });
  if (permission.state === "granted") follow();
}
