/** The time since the alert against the target, and the range in which zero is predicted. */

import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { AlertState, FeedPredictionBody, PredictionBody } from "../api";
import { get } from "../client";
import type { Feed } from "../feed";
import { duration, texts, time } from "../language";
import type { Counts } from "./counts";
import type { CurvePoint } from "./curve_points";
import { estimateOf, type Estimate, type Reason } from "./estimate";
import { OF_ALERT, OF_HELP, OF_OFFICERS, OF_TASKS, type EventKind } from "./event_kinds";
import { useQuery } from "./panels/use_query";

const t = texts("board.pace");

const SECOND = 1000;
/** Interval of new predictions, because the range moves even while nothing happens. */
const AGAIN_MS = 10_000;
const CHANGES: readonly EventKind[] = [...OF_ALERT, ...OF_TASKS, ...OF_HELP, ...OF_OFFICERS];
/** Characters from this one on are as wide as two Latin letters. */
const WIDE = "\u2e80";

interface PaceProps {
  /** Alert time, in milliseconds. */
  readonly at: ReadonlySignal<number>;
  /** Alert time up to which the board is informed, in milliseconds. */
  readonly heard: ReadonlySignal<number>;
  readonly alert: number;
  readonly feed: Feed;
  readonly division: string;
  readonly counts: Counts;
  readonly sent: string;
  /** Target duration, in seconds. */
  readonly target: number;
  readonly points: ReadonlySignal<readonly CurvePoint[]>;
  readonly state: AlertState;
}

/** The feed tells the prediction of the own division; that of another one has to be asked for. */
export function Pace({ isOwn, ...props }: PaceProps & { readonly isOwn: boolean }): JSX.Element {
  const told = props.feed.state.value?.prediction ?? null;
  return isOwn ? <Predicted {...props} prediction={told} /> : <Asked {...props} />;
}

function Asked(props: PaceProps): JSX.Element {
  return <Predicted {...props} prediction={usePrediction(props)} />;
}

interface PredictedProps extends PaceProps {
  readonly prediction: FeedPredictionBody | null;
}

function Predicted(props: PredictedProps): JSX.Element {
  const { at, heard, sent, target, points, state, counts, prediction } = props;
  const begun = Date.parse(sent);
  const estimate = estimateOf(prediction, counts, points.value, state, heard.value);
  // The clock stops at zero, which is the target, and goes on if somebody is missing again.
  const reached = estimate.kind === "zero" ? estimate.at : null;
  if (estimate.kind === "over")
    return (
      <section class="pace">
        <p class="label">{t().ended}</p>
      </section>
    );
  return (
    <section class="pace" data-predicted-seq={prediction?.seq}>
      <Clock
        elapsed={((reached ?? at.value) - begun) / SECOND}
        target={target}
        isDone={reached !== null}
      />
      <Said of={estimate} seq={prediction?.seq ?? 0} begun={begun} target={target} />
    </section>
  );
}

function usePrediction({ alert, feed, division }: PaceProps): PredictionBody | null {
  const query = useQuery<PredictionBody>(
    feed,
    () => {
      const path = { alert_id: alert };
      return get("/api/alerts/{alert_id}/prediction", { path, query: { division } });
    },
    { kinds: CHANGES, state: ({ total }) => total },
    `${alert}/${division}`,
  );
  useEffect(() => {
    const repeating = setInterval(() => query.hint(), AGAIN_MS);
    return () => clearInterval(repeating);
  }, [query]);
  return query.value.value;
}

interface ClockProps {
  /** Seconds from the alert to now, or to zero if it was reached. */
  readonly elapsed: number;
  readonly target: number;
  readonly isDone: boolean;
}

function Clock({ elapsed, target, isDone }: ClockProps): JSX.Element {
  const isOver = elapsed > target;
  const apart = duration(Math.abs(target - elapsed));
  const label = isDone ? t().took : t().since;
  const shown = duration(elapsed);
  const told = { over: apart, left: apart, target: duration(target) };
  return (
    <>
      <p class="label">{label}</p>
      <p class="clock" role="timer" style={{ "--signs": widthOf(shown) }}>
        {shown}
      </p>
      <progress
        max={target}
        value={Math.min(elapsed, target)}
        class={isOver ? "over" : ""}
        aria-label={label}
      />
      <p class={isOver ? "is-late" : ""}>
        {isOver ? t().over(told) : isDone ? t().within(told) : t().left(told)}
      </p>
    </>
  );
}

/** Return the width of a text in narrow characters. */
export function widthOf(text: string): number {
  return [...text].reduce((sum, sign) => sum + (sign >= WIDE || sign === "%" ? 2 : 1), 0);
}

interface SaidProps {
  readonly of: Estimate;
  /** The last entry of the log that the prediction knows. */
  readonly seq: number;
  readonly begun: number;
  readonly target: number;
}

function Said({ of, seq, begun, target }: SaidProps): JSX.Element {
  const [said, why] = told(of, seq, begun);
  return (
    <>
      <p class="estimate">
        {said} <Late of={of} due={begun + target * SECOND} />
      </p>
      <p class="why">{why}</p>
    </>
  );
}

/** Marks a range that ends after the target. */
function Late({ of, due }: { of: Estimate; due: number }): JSX.Element | null {
  if (of.kind !== "range" || of.latest <= due) return null;
  return <b class="is-late">{of.earliest > due ? t().late : t().maybeLate}</b>;
}

function told(of: Estimate, seq: number, begun: number): [said: string, why: string] {
  switch (of.kind) {
    case "zero":
      if (of.at === null) return [t().zeroNow, ""];
      return [
        t().zero({ at: time(new Date(of.at)), after: duration((of.at - begun) / SECOND) }),
        "",
      ];
    case "range":
      return [rangeOf(of.earliest, of.latest), t().asOf({ seq: String(seq) })];
    case "withheld":
      return [whyNot(of.reason, of.count), t().asOfOnly({ seq: String(seq) })];
    default:
      return [t().follows, ""];
  }
}

function whyNot(reason: Reason, count: number): string {
  return reason === "nobody_on_roll" ? t().nobody_on_roll : t()[reason]({ count });
}

function rangeOf(earliest: number, latest: number): string {
  const [from, to] = [time(new Date(earliest)), time(new Date(latest))];
  return from === to ? t().about({ at: to }) : t().between({ from, to });
}
