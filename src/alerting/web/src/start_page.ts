/** The page with which an officer starts, by role: the phone's icon and a sign-in lead there. */

import type { Me } from "./me";

/** The address that leads to it: one that opens without a network. */
export const START = "/doors?start";

const OF_ROLE: Partial<Record<Me["role"], string>> = {
  informant: "/raise",
  grid_officer: "/doors",
};

/** Return where an officer starts who came by START; null if it is the doors, or came otherwise. */
export function startsElsewhere({ role }: Pick<Me, "role">): string | null {
  if (!new URLSearchParams(location.search).has("start")) return null;
  const page = OF_ROLE[role] ?? "/";
  return page === location.pathname ? null : page;
}
