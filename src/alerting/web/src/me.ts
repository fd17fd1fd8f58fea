/** The officer who is signed in on this device, and how that ends. */

import type { CallerBody } from "./api";
import { remove } from "./client";
import { forgetDoors } from "./doors/sign_out_cleanup";

export type Me = CallerBody;

/** Under which name the device keeps who is here. */
export const KEPT = "session";

/** Forget who was here, and whose doors were theirs: nobody else is to see it on this device. */
export async function forget(): Promise<void> {
  localStorage.removeItem(KEPT);
  await forgetDoors();
}

/** End the session, at the service and here. Throws Refusal or Unreachable. */
export async function signOut(): Promise<void> {
  await remove("/api/sessions/current");
  await forget();
  location.assign("/sign-in");
}
