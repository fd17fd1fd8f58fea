/** The page with which an officer starts, by role, after sign-in or from the phone's icon. */

import type { Me } from "./me";

/** The address that leads to the start page; it opens without a network. */
export const START = "/doors?start";

const OF_ROLE: Partial<Record<Me["role"], string>> = {
  informant: "/raise",
  grid_officer: "/doors",
};

/** Return the start page of an officer who opened START; null for the doors or another address. */
export function startsElsewhere({ role }: Pick<Me, "role">): string | null {
  if (!new URLSearchParams(location.search).has("start")) return null;
  const page = OF_ROLE[role] ?? "/";
  return page === location.pathname ? null : page;
}
