/** The board on a wall: three numbers, towns and calls for help, to be read from across the room. */

import "./wall.css";
import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { HelpCasesBody } from "../../api";
import { get } from "../../client";
import { duration, number, share, texts } from "../../language";
import type { Session } from "../../session";
import { Bar } from "../../standing";
import type { BoardStore } from "../board_store";
import { accounted, countsIn, everybody, peopleByStanding, unaccounted } from "../counts";
import { dangerOf, unspokenBy } from "../danger";
import { OF_ALERT, OF_HELP } from "../event_kinds";
import { wordOf } from "../headline";
import { widthOf } from "../pace";
import { placeName } from "../panels/places";
import { secondsSince, useTicking } from "../alert_clock";
import { useQuery } from "../panels/use_query";
import { treeOf, type Node } from "../tree_nodes";

const t = texts("board.wall");

/** Number of list lines that fit on a screen of 1080 pixels. */
const LINES = 6;

/** Return whether this page is opened for a wall: `/board/7?wall`. */
export function isWall(): boolean {
  return new URLSearchParams(location.search).has("wall");
}

export function Wall({ session, ...store }: { session: Session } & BoardStore): JSX.Element {
  const { alert, places, feed, roll } = store;
  const top = useComputed(() => treeOf(places.value)).value;
  const state = feed.state.value;
  if (!state || !top) return <p>{t().waiting}</p>;
  const own = countsIn(state.tallies, session.me.division);
  const all = everybody(own);
  const known = accounted(own);
  const unspoken = unspokenBy(alert.value.not_clear, own);
  const danger = dangerOf(own, unspoken, state.alert.state);
  const calls = own.households["needs_help"] ?? 0;
  return (
    <div class={`wall ${roll.stale.value === null ? "" : "is-old"}`} data-seq={state.seq}>
      <div class="wall-numbers">
        <Figure label={t().missing} shown={number(unaccounted(own))} of={danger} />
        <Figure label={t().calls} shown={number(calls)} of={calls ? "help" : "unknown"} />
        <Figure label={t().known} shown={share(all ? known / all : 0)} of="unknown" />
      </div>
      <p class={`wall-condition is-${danger}`}>{wordOf(danger, own)}</p>
      <div class="wall-lists">
        <Towns top={top} tallies={state.tallies} />
        <Calls {...store} session={session} calls={calls} />
      </div>
    </div>
  );
}

interface FigureProps {
  readonly label: string;
  readonly shown: string;
  readonly of: string;
}

function Figure({ label, shown, of }: FigureProps): JSX.Element {
  return (
    <div class={`wall-figure is-${of}`}>
      <strong style={{ "--signs": Math.max(widthOf(shown), 4) }}>{shown}</strong>
      <span>{label}</span>
    </div>
  );
}

interface TownsProps {
  readonly top: Node;
  readonly tallies: Parameters<typeof countsIn>[0];
}

/** The divisions of the first tier that has several, with the most people unaccounted first. */
function Towns({ top, tallies }: TownsProps): JSX.Element {
  let parts = [top];
  while (parts.length === 1 && parts[0]?.parts.length) parts = [...parts[0].parts];
  const counted = parts
    .map((node) => ({ node, counts: countsIn(tallies, node.division) }))
    .toSorted((one, other) => unaccounted(other.counts) - unaccounted(one.counts));
  return (
    <ul>
      {counted.slice(0, LINES).map(({ node, counts }) => (
        <li key={node.division}>
          <b>{node.name}</b>
          <Bar people={peopleByStanding(counts)} />
          <strong>{number(unaccounted(counts))}</strong>
        </li>
      ))}
      {counted.length > LINES && <li>{t().more({ count: counted.length - LINES })}</li>}
    </ul>
  );
}

interface CallsProps extends BoardStore {
  readonly session: Session;
  /** Number of open calls, by the feed. */
  readonly calls: number;
}

/** The open calls for help, the longest waiting first, each with its time. */
function Calls({ alert, feed, session, calls }: CallsProps): JSX.Element {
  const { id } = alert.value;
  const now = useTicking(session, feed);
  const query = useQuery<HelpCasesBody>(
    feed,
    () => get("/api/alerts/{alert_id}/help-cases", { path: { alert_id: id } }),
    { kinds: [...OF_HELP, ...OF_ALERT], state: ({ total }) => total.households["needs_help"] },
    String(id),
  );
  const open = (query.value.value?.cases ?? []).filter(({ state }) => state === "open");
  const shown = open.slice(0, Math.min(LINES, calls));
  return (
    <ul>
      {shown.map((each) => (
        <li key={each.household} class="wall-call">
          <b>
            ▲ {placeName(each.division)} {each.head}
          </b>
          <strong>{duration(secondsSince(each.opened_at, now.value))}</strong>
        </li>
      ))}
      {calls > shown.length && <li>{t().more({ count: calls - shown.length })}</li>}
    </ul>
  );
}
