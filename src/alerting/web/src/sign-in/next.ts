/** The page after sign-in. */

import { START } from "../start_page";

/**
 * Return the page that led to sign-in. If none did, or its address is on another host, return the
 * start page of the officer's role.
 *
 * Anybody can write the address into a link, so it must not lead an officer to another host.
 */
export function next(): string {
  const wanted = new URLSearchParams(location.search).get("next");
  if (wanted === null) return START;
  try {
    const url = new URL(wanted, location.origin);
    return url.origin === location.origin ? url.pathname + url.search + url.hash : START;
  } catch {
    return START;
  }
}
