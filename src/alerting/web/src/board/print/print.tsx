/** The board on paper: each village on a page of its own, with every household. */

import "./print.css";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { AlertStateBody, ListedHouseholdBody } from "../../api";
import { dayAndTime, number, texts, time } from "../../language";
import { now, type Session } from "../../session";
import { Failure } from "../../shell";
import { nameOf, Shape } from "../../standing";
import { whyVulnerable } from "../../vulnerable";
import type { BoardStore } from "../board_store";
import { countsIn, everybody, unaccounted, type Counts } from "../counts";
import { pathTo, treeOf, villagesIn, type Node } from "../tree_nodes";
import { householdsOf } from "./whole_roll";

const t = texts("board.print");
const shell = texts("shared.shell");

/** A village with its households at the time of reading. */
interface Village {
  readonly path: readonly Node[];
  readonly counts: Counts;
  readonly households: readonly ListedHouseholdBody[];
  readonly readAt: Date;
}

/** Return whether this page is opened for paper: `/board/7?print`. */
export function isPrint(): boolean {
  return new URLSearchParams(location.search).has("print");
}

export function Print({
  session,
  alert,
  places,
  feed,
}: { session: Session } & BoardStore): JSX.Element {
  const villages = useSignal<readonly Village[]>([]);
  const failure = useSignal<unknown>(null);
  const top = treeOf(places.value);
  const state = feed.state.value;
  const all = top ? villagesIn(top) : [];
  const isReady = top !== null && state !== null;
  useEffect(() => {
    async function read(): Promise<void> {
      if (!top) return;
      for (const { division } of all) {
        const counts = countsIn(feed.state.peek()?.tallies ?? {}, division);
        const count = Object.values(counts.households).reduce((sum, each) => sum + each, 0);
        const households = await householdsOf(alert.peek().id, division, count);
        const village = { path: pathTo(top, division), counts, households, readAt: now(session) };
        villages.value = [...villages.value, village];
      }
    }
    if (isReady) read().catch((error: unknown) => (failure.value = error));
  }, [isReady]);
  const isDone = isReady && villages.value.length === all.length;
  return (
    <div class="paper">
      <p class="paper-acts">
        <button type="button" class="primary" disabled={!isDone} onClick={() => print()}>
          {isDone ? t().print : t().reading({ read: villages.value.length, all: all.length })}
        </button>
      </p>
      <Failure error={failure.value} />
      {villages.value.map((village) => (
        <Page key={village.path.at(-1)?.division} of={village} alert={alert.value} />
      ))}
    </div>
  );
}

function Page({ of, alert }: { of: Village; alert: AlertStateBody }): JSX.Element {
  const { path, counts, households, readAt } = of;
  return (
    <section class="paper-page">
      <h2>
        {alert.status !== "Actual" && (
          <b class="exercise">{alert.status === "Test" ? shell().test : shell().exercise} </b>
        )}
        {path.map(({ name }) => name).join(" › ")} · #{alert.number}
      </h2>
      <p>
        {t().sums({
          households: households.length,
          people: everybody(counts),
          missing: unaccounted(counts),
        })}{" "}
        {t().asOf({ at: dayAndTime(readAt) })}
      </p>
      <ul class="paper-list">
        {households.map((each) => (
          <Household key={each.code} of={each} />
        ))}
      </ul>
    </section>
  );
}

function Household({ of }: { of: ListedHouseholdBody }): JSX.Element {
  const { code, head, address, headcount, vulnerable, standing, last_word_at: heard } = of;
  return (
    <li>
      <span class="paper-box" aria-hidden="true" />
      <span>{code.slice(-4)}</span>
      <span>
        <b>{head}</b> {address} {vulnerable && <i>{whyVulnerable(vulnerable)}</i>}
      </span>
      <span>{number(headcount)}</span>
      <span>
        <Shape of={standing} /> {nameOf(standing)} {heard !== null && time(heard)}
      </span>
    </li>
  );
}
