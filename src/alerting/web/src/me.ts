/** The officer who is signed in on this device, and how that ends. */

import type { CallerBody } from "./api";
import { remove } from "./client";

export type Me = CallerBody;

/** Under which name the device keeps who is here. */
export const KEPT = "session";

/** Forget who was here: nobody else is to see it on this device. */
export function forget(): void {
  localStorage.removeItem(KEPT);
}

/** End the session, at the service and here. Throws Refusal or Unreachable. */
export async function signOut(): Promise<void> {
  await remove("/api/sessions/current");
  forget();
  location.assign("/sign-in");
}
