/** A board's data: the alert with its feed, its curve and its roll, followed together. */

import type { AlertStateBody, DivisionBody } from "../api";
import { get, mayTryAgain } from "../client";
import { Feed } from "../feed";
import type { Session } from "../session";
import { timeShown } from "./alert_clock";
import { selectedDivision } from "./selected_division";
import { followCurve } from "./history";
import { Roll } from "./roll";
import { followAlert } from "./alert_store";

/** Follow an alert; return the board's data and a function to close it. */
export function openBoardStore(
  session: Session,
  first: [AlertStateBody, readonly DivisionBody[]],
  onGone: (error: unknown) => void,
) {
  const { id } = first[0];
  const own = session.me.division;
  const feed = new Feed({
    alert: id,
    // The feed gives no reason. An HTTP call does, and redirects to sign-in if the session is over.
    onRefused: () =>
      void get("/api/alerts/{alert_id}", { path: { alert_id: id } }).then(
        () => onGone(null),
        // The call also fails without a network; the board shows its age by itself.
        (error: unknown) => mayTryAgain(error) || onGone(error),
      ),
  });
  const division = selectedDivision(own);
  const alertStore = followAlert(first, feed);
  const curve = followCurve(id, feed, division, () => timeShown(session, feed));
  const roll = new Roll(id, feed, own, division);
  function close(): void {
    [alertStore.stop, curve.stop, () => roll.close(), () => feed.close()].forEach((end) => end());
  }
  return { ...alertStore, points: curve.points, feed, division, roll, close };
}

/** A board's data. */
export type BoardStore = ReturnType<typeof openBoardStore>;
