/** The phone's position, with its owner's consent; it never leaves the phone. */

import { signal, type ReadonlySignal } from "@preact/signals";
import { distanceBetween, type Position } from "./order";

/** Consent to use the position. `told`: a position came. `denied`: owner or browser refused. */
export type Consent = "unasked" | "asked" | "told" | "denied";

const current = signal<Position | null>(null);
const state = signal<Consent>("geolocation" in navigator ? "unasked" : "denied");
/** Distance walked before the doors are sorted again, in metres. */
const STEP_M = 25;

export const position: ReadonlySignal<Position | null> = current;
export const consent: ReadonlySignal<Consent> = state;

/** Follow the phone's position; the browser asks its owner. */
export function follow(): void {
  if (state.value === "asked" || state.value === "told") return;
  state.value = "asked";
  navigator.geolocation.watchPosition(
    ({ coords: { latitude, longitude } }) => {
      const next = { latitude, longitude };
      if (current.value === null || distanceBetween(current.value, next) >= STEP_M)
        current.value = next;
      state.value = "told";
    },
    () => {
      if (current.value === null) state.value = "denied";
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
