/** The page after sign-in. */

import { START } from "../start_page";

/**
 * Return the page that led to sign-in; the role's own if none did, or if its address leaves this service.
 *
 * Anybody can write the address into a link, so it must not lead a signed-in officer elsewhere.
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
