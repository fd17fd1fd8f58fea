/** The time since the alert against the target, and the predicted zero at the current pace. */

import { useComputed, type ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import type { AlertState } from "../api";
import { duration, texts, time } from "../language";
import { predict, type CurvePoint, type Prediction } from "./prediction";

const t = texts("board.pace");

const SECOND = 1000;
const OVER: ReadonlySet<AlertState> = new Set(["cancelled", "all_clear"]);
/** Characters from here on are written as wide as two others. */
const WIDE = "\u2e80";

interface PaceProps {
  /** Alert time, in milliseconds. */
  readonly at: ReadonlySignal<number>;
  /** Alert time up to which the board is informed, in milliseconds. */
  readonly heard: ReadonlySignal<number>;
  readonly sent: string;
  /** Target duration, in seconds. */
  readonly target: number;
  readonly points: ReadonlySignal<readonly CurvePoint[]>;
  readonly state: AlertState;
}

export function Pace({ at, heard, sent, target, points, state }: PaceProps): JSX.Element {
  const begun = Date.parse(sent);
  const estimate = useComputed(() => predict(points.value, heard.value)).value;
  // The target is about zero: the clock stops there, and goes on if somebody is missing again.
  const reached = estimate.kind === "zero" ? estimate.at : null;
  if (OVER.has(state) && reached === null)
    return (
      <section class="pace">
        <p class="label">{t().ended}</p>
      </section>
    );
  return (
    <section class="pace">
      <Clock
        elapsed={((reached ?? at.value) - begun) / SECOND}
        target={target}
        isDone={reached !== null}
      />
      <p class="label">{t().predicted}</p>
      <Estimate of={estimate} at={at.value} begun={begun} target={target} />
    </section>
  );
}

interface ClockProps {
  /** Seconds since the alert, up to zero if it was reached. */
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

/** Return how many narrow characters a text is wide. */
export function widthOf(text: string): number {
  return [...text].reduce((sum, sign) => sum + (sign >= WIDE || sign === "%" ? 2 : 1), 0);
}

interface EstimateProps {
  readonly of: Prediction;
  readonly at: number;
  readonly begun: number;
  readonly target: number;
}

function Estimate({ of, at, begun, target }: EstimateProps): JSX.Element {
  const [said, why] = told(of, at, begun);
  const isLate = of.kind === "by" && of.at > begun + target * SECOND;
  return (
    <>
      <p class="estimate">
        {said} {isLate && <b class="is-late">{t().late}</b>}
      </p>
      <p class="why">{why}</p>
    </>
  );
}

function told(of: Prediction, at: number, begun: number): [said: string, why: string] {
  if (of.kind === "zero") {
    if (of.at === null) return [t().zeroNow, ""];
    return [t().zero({ at: time(new Date(of.at)), after: duration((of.at - begun) / SECOND) }), ""];
  }
  if (of.kind !== "by") return [t().cannot, t()[of.kind]];
  const pace = Math.round(of.aMinute * 10) / 10;
  return [
    t().by({ at: time(new Date(of.at)), left: duration((of.at - at) / SECOND) }),
    t().pace({ people: pace }),
  ];
}
