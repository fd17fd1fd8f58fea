/** The officer signed in on this device, and signing out. */

import type { CallerBody } from "./api";
import { leaving, remove } from "./client";
import { forgetDoors } from "./doors/sign_out_cleanup";
import { SESSION_KEY } from "./session_key";

export type Me = CallerBody;

/** Delete the stored session and the cached doors, so that nobody else sees them on this device. */
export async function forget(): Promise<void> {
  localStorage.removeItem(SESSION_KEY);
  await forgetDoors();
}

/** End the session at the service and on this device. Throws Refusal or Unreachable. */
export async function signOut(): Promise<void> {
  await leaving(async () => {
    await remove("/api/sessions/current");
    await forget();
  });
  location.assign("/sign-in");
}
