/** What a board draws from: an alert, its feed, its curve and its roll, followed together. */

import type { AlertStateBody, DivisionBody } from "../api";
import { get, mayTryAgain } from "../client";
import { Feed } from "../feed";
import { now, type Session } from "../session";
import { chosenDivision } from "./selected_division";
import { followCurve } from "./history";
import { Roll } from "./roll";
import { followAlert } from "./alert_store";

/** Follow an alert; return what its board draws from, and how to end it. */
export function watch(
  session: Session,
  first: [AlertStateBody, readonly DivisionBody[]],
  onGone: (error: unknown) => void,
) {
  const { id } = first[0];
  const own = session.me.division;
  const feed = new Feed({
    alert: id,
    // The feed does not say why: a call does, and leads to signing in where that is why.
    onRefused: () =>
      void get("/api/alerts/{alert_id}", { path: { alert_id: id } }).then(
        () => onGone(null),
        // Without a network it fails as well; the board says by itself how old it is.
        (error: unknown) => mayTryAgain(error) || onGone(error),
      ),
  });
  const division = chosenDivision(own);
  const told = followAlert(first, feed);
  const curve = followCurve(id, feed, division, () => now(session));
  const roll = new Roll(id, feed, own, division);
  function close(): void {
    [told.stop, curve.stop, () => roll.close(), () => feed.close()].forEach((end) => end());
  }
  return { ...told, points: curve.points, feed, division, roll, close };
}

/** What a board draws from. */
export type Watched = ReturnType<typeof watch>;
