/** One alert on one screen, for the officers who run the evacuation. */

import "./board.css";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { AlertStateBody, DivisionBody } from "../api";
import { named, texts } from "../language";
import { statusOf, type Session } from "../session";
import { Failure, Shell } from "../shell";
import { readAlert } from "./alert_store";
import { View } from "./view";
import { openBoardStore, type BoardStore } from "./board_store";
import { isPrint, Print } from "./print/print";
import { isWall, Wall } from "./wall/wall";

const t = texts("board.page");

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

/** The board, once the alert is loaded. */
function Live({ session, first }: LiveProps): JSX.Element {
  const gone = useSignal<unknown>(null);
  const live = useMemo(() => openBoardStore(session, first, (error) => (gone.value = error)), []);
  useEffect(() => live.close, [live]);
  const { alert, roll } = live;
  const { number, status } = alert.value;
  return (
    <Shell
      title={`${named(alert.value.event_names)} #${number}`}
      me={session.me}
      status={status}
      stale={roll.stale}
    >
      <Failure error={gone.value} />
      <Shown session={session} {...live} />
    </Shell>
  );
}

function Shown(props: { session: Session } & BoardStore): JSX.Element {
  if (isWall()) return <Wall {...props} />;
  return isPrint() ? <Print {...props} /> : <View {...props} />;
}
