/** One alert on one screen, for whoever runs the evacuation. */

import "./board.css";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { AlertStateBody, DivisionBody } from "../api";
import { get, mayTryAgain } from "../client";
import { Feed } from "../feed";
import { texts } from "../language";
import { now, statusOf, type Session } from "../session";
import { Failure, Shell } from "../shell";
import { chosenDivision } from "./chosen";
import { followCurve } from "./history";
import { Roll } from "./roll";
import { followAlert, readAlert } from "./standing_alert";
import { View } from "./view";

const t = texts(
  {
    title: "转移看板",
    loading: "正在读取……",
    none: "这个地址不是一个预警的看板。",
  },
  {
    title: "Board",
    loading: "Reading…",
    none: "This address is no alert's board.",
  },
);

const ADDRESS = /^\/board\/(\d+)$/;
const AGAIN_MS = 3_000;

export function Board({ session }: { session: Session }): JSX.Element {
  const id = Number(ADDRESS.exec(location.pathname)?.[1] ?? 0);
  const first = useSignal<[AlertStateBody, readonly DivisionBody[]] | null>(null);
  const failure = useSignal<unknown>(null);
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    async function read(): Promise<void> {
      try {
        first.value = await readAlert(id);
        failure.value = null;
      } catch (error) {
        failure.value = error;
        waiting = setTimeout(() => void read(), AGAIN_MS);
      }
    }
    if (id) void read();
    return () => clearTimeout(waiting);
  }, [id]);
  if (first.value) return <Live session={session} first={first.value} />;
  return (
    <Shell title={t().title} me={session.me} status={statusOf(session)}>
      <Failure error={failure.value} />
      {!failure.value && <p>{id ? t().loading : t().none}</p>}
    </Shell>
  );
}

interface LiveProps {
  readonly session: Session;
  readonly first: [AlertStateBody, readonly DivisionBody[]];
}

/** The board from the moment the alert is known. */
function Live({ session, first }: LiveProps): JSX.Element {
  const gone = useSignal<unknown>(null);
  const live = useMemo(() => begin(session, first, (error) => (gone.value = error)), []);
  useEffect(() => live.close, [live]);
  const { alert, roll } = live;
  const { event, number, status } = alert.value;
  return (
    <Shell title={`${event} #${number}`} me={session.me} status={status} stale={roll.stale}>
      <Failure error={gone.value} />
      <View session={session} {...live} />
    </Shell>
  );
}

function begin(
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
export type Watched = ReturnType<typeof begin>;
