/** The doors of an alert, asked once for all panels that show them. */

import type { DoorCountBody, TaskBody } from "../../api";
import { get } from "../../client";
import type { Feed } from "../../feed";
import { useQuery, type Fresh } from "./use_query";

/** So many tasks, the most urgent, are listed by name; the counts are of all. */
const LISTED = 200;
const concerns = { kind: (kind: string): boolean => /^(tasks?|alert|village)\./.test(kind) };

export interface DoorsFresh {
  readonly counts: Fresh<readonly DoorCountBody[]>;
  readonly tasks: Fresh<readonly TaskBody[]>;
}

export function useDoors(feed: Feed, alert_id: number, division: string): DoorsFresh {
  const about = `${alert_id}/${division}`;
  const counts = useQuery<readonly DoorCountBody[]>(
    feed,
    () => get("/api/alerts/{alert_id}/door-counts", { path: { alert_id }, query: { division } }),
    concerns,
    about,
  );
  const tasks = useQuery<readonly TaskBody[]>(
    feed,
    () =>
      get("/api/alerts/{alert_id}/tasks", {
        path: { alert_id },
        query: { division, limit: LISTED },
      }),
    concerns,
    about,
  );
  return { counts, tasks };
}
