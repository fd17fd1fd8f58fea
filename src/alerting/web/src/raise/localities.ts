/** Divisions from the service; the user's village is stored for use without a network. */

import type { LocalityBody } from "../api";
import { get } from "../client";

const KEPT = "raise.village";

/** Return a division with its parts. Throws Refusal or Unreachable. */
export function localityOf(code: string): Promise<LocalityBody> {
  return get("/api/divisions/{code}", { path: { code } });
}

/** Return the user's village and store it; null if the service does not answer. */
export async function ownLocality(village: string): Promise<LocalityBody | null> {
  try {
    const found = await localityOf(village);
    localStorage.setItem(KEPT, JSON.stringify(found));
    return found;
  } catch {
    return null;
  }
}

/** Return the stored answer about the user's village; null if this device has none. */
export function remembered(village: string): LocalityBody | null {
  const found = localStorage.getItem(KEPT);
  const kept = found === null ? null : (JSON.parse(found) as LocalityBody);
  return kept?.code === village ? kept : null;
}
