/** Calls to the alerting number and texts that opt in; nobody needs to handle them. */

import type { JSX } from "preact";
import type { EventBody } from "../../api";
import type { Feed } from "../../feed";
import { get } from "../../client";
import { texts, time } from "../../language";
import { Failure } from "../../shell";
import { OF_CAME_IN } from "../event_kinds";
import { whoOf } from "./log_lines";
import { saidOf } from "./log_words";
import { placeName } from "./places";
import { Rows } from "./rows";
import { useQuery } from "./use_query";

const t = texts("board.came_in");

const MOST = 20;

interface CameInProps {
  readonly alert: number;
  readonly feed: Feed;
  readonly division: string;
}

export function CameIn({ alert, feed, division }: CameInProps): JSX.Element | null {
  const query = useQuery<readonly EventBody[]>(
    feed,
    () =>
      get("/api/alerts/{alert_id}/log", {
        path: { alert_id: alert },
        query: { division, limit: MOST, kind: [...OF_CAME_IN] },
      }),
    { kinds: OF_CAME_IN },
    `${alert} ${division}`,
  );
  const found = query.value.value ?? [];
  if (found.length === 0 && query.error.value === null) return null;
  return (
    <section aria-label={t().title}>
      <h3>{t().title}</h3>
      <Failure error={query.error.value} />
      <Rows of={found} row={line} />
    </section>
  );
}

function line(event: EventBody): JSX.Element {
  const who = whoOf({ last: event as never, count: 1 });
  return (
    <li key={event.seq}>
      {time(event.at)} · {saidOf(event as Parameters<typeof saidOf>[0])}{" "}
      <small>
        {[event.division && placeName(event.division), ...who].filter(Boolean).join(" · ")}
      </small>
    </li>
  );
}
