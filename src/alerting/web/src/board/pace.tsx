/** The time since the alert against the target, and the predicted zero at the current pace. */

import { useComputed, type ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { duration, texts, time } from "../language";
import { predict, type CurvePoint, type Prediction } from "./prediction";

const t = texts("board.pace");

const SECOND = 1000;

interface PaceProps {
  /** Alert time, in milliseconds. */
  readonly at: ReadonlySignal<number>;
  /** Alert time up to which the board is informed, in milliseconds. */
  readonly heard: ReadonlySignal<number>;
  readonly sent: string;
  /** Target duration, in seconds. */
  readonly target: number;
  readonly points: ReadonlySignal<readonly CurvePoint[]>;
}

export function Pace({ at, heard, sent, target, points }: PaceProps): JSX.Element {
  const begun = Date.parse(sent);
  const elapsed = (at.value - begun) / SECOND;
  const estimate = useComputed(() => predict(points.value, heard.value)).value;
  const isOver = elapsed > target;
  const apart = duration(Math.abs(target - elapsed));
  return (
    <section class="pace">
      <p class="label">{t().since}</p>
      <p class="clock" role="timer">
        {duration(elapsed)}
      </p>
      <progress
        max={target}
        value={Math.min(elapsed, target)}
        class={isOver ? "over" : ""}
        aria-label={t().since}
      />
      <p class={isOver ? "is-late" : ""}>
        {isOver
          ? t().over({ over: apart, target: duration(target) })
          : t().left({ left: apart, target: duration(target) })}
      </p>
      <p class="label">{t().predicted}</p>
      <Estimate of={estimate} at={at.value} begun={begun} target={target} />
    </section>
  );
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
