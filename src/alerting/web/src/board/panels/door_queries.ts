/** The door tasks of an alert, queried once for all panels that show them. */

import type { DoorCountBody, TaskBody } from "../../api";
import { OF_ALERT, OF_TASKS } from "../event_kinds";
import { get } from "../../client";
import type { Feed } from "../../feed";
import { useQuery, type Concerns, type Query } from "./use_query";

/** Limit on tasks listed by name, most urgent first; the counts cover all. */
const LISTED = 200;
const concerns: Concerns = { kinds: [...OF_TASKS, "tasks.told", ...OF_ALERT, "village.dark"] };

export interface DoorQueries {
  readonly counts: Query<readonly DoorCountBody[]>;
  readonly tasks: Query<readonly TaskBody[]>;
}

export function useDoors(feed: Feed, alert_id: number, division: string): DoorQueries {
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
