/** The clock since the alert against the target, and the predicted zero at the current pace. */

import { useComputed, type ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { clock, duration, number, texts, time } from "../language";
import { predict, type CurvePoint, type Prediction } from "./prediction";

const t = texts(
  {
    since: "预警发出以来",
    left: (left: string, target: string) => `离 ${target}目标还有 ${left}`,
    over: (over: string, target: string) => `超出 ${target}目标 ${over}`,
    predicted: "预计清零",
    by: (at: string, left: string) => `${at}（还要 ${left}）`,
    pace: (people: string) => `按最近五分钟的速度，每分钟 ${people} 人`,
    zero: (at: string, after: string) => `${at} 清零，用时 ${after}`,
    zeroNow: "无人未核实",
    cannot: "说不准",
    early: "刚刚发出，还看不出速度",
    not_falling: "最近五分钟人数没有减少",
    late: "晚于目标",
  },
  {
    since: "Since the alert",
    left: (left, target) => `${left} left of the target of ${target}`,
    over: (over, target) => `${over} over the target of ${target}`,
    predicted: "Predicted zero",
    by: (at, left) => `${at} (in ${left})`,
    pace: (people) => `At the last five minutes' pace: ${people} a minute`,
    zero: (at, after) => `Zero at ${at}, after ${after}`,
    zeroNow: "Nobody is unaccounted for",
    cannot: "Cannot be said",
    early: "Too early to see a pace",
    not_falling: "The number did not fall in the last five minutes",
    late: "later than the target",
  },
);

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
  const words = isOver ? t().over : t().left;
  return (
    <section class="pace">
      <p class="label">{t().since}</p>
      <p class="clock" role="timer">
        {clock(elapsed)}
      </p>
      <progress
        max={target}
        value={Math.min(elapsed, target)}
        class={isOver ? "over" : ""}
        aria-label={t().since}
      />
      <p class={isOver ? "is-late" : ""}>
        {words(clock(Math.abs(target - elapsed)), duration(target))}
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
    return [t().zero(time(new Date(of.at)), clock((of.at - begun) / SECOND)), ""];
  }
  if (of.kind !== "by") return [t().cannot, t()[of.kind]];
  const pace = Math.round(of.aMinute * 10) / 10;
  return [t().by(time(new Date(of.at)), duration((of.at - at) / SECOND)), t().pace(number(pace))];
}
