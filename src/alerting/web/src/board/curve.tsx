/** People accounted for over time, with the target; drawn by uPlot and also said in words. */

import "uplot/dist/uPlot.min.css";
import { effect, type ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { duration, language, number, texts } from "../language";
import { plotted, rangeOf } from "./curve_data";
import { hooksFor } from "./curve_target";
import type { CurvePoint } from "./curve_points";

const t = texts("board.curve");

interface CurveProps {
  readonly points: ReadonlySignal<readonly CurvePoint[]>;
  readonly sent: string;
  /** Alert time, in milliseconds. */
  readonly at: ReadonlySignal<number>;
  /** Target duration, in seconds. */
  readonly target: number;
}

export function Curve({ points, sent, at, target }: CurveProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const begun = Date.parse(sent);
  const chosen = language.value;
  useEffect(() => {
    const inside = place.current;
    if (!inside) return;
    return drawn(inside, points, at, begun, target, t().target);
  }, [points, at, begun, target, chosen]);
  const last = points.value.at(-1);
  return (
    <figure class="curve">
      <figcaption>
        <h2>{t().title}</h2>
        {last && (
          <p class="hidden">
            {t().said({
              known: last.accounted,
              all: last.total,
              after: duration((last.at - begun) / 1000),
              target: duration(target),
            })}
          </p>
        )}
      </figcaption>
      <div class="plot" ref={place} aria-hidden="true" />
    </figure>
  );
}

/** Draw the curve, and redraw it when points, size or colours change; return the end. */
function drawn(
  place: HTMLElement,
  points: ReadonlySignal<readonly CurvePoint[]>,
  at: ReadonlySignal<number>,
  begun: number,
  target: number,
  word: string,
): () => void {
  let plot: uPlot | null = null;
  const minutes = target / 60;
  const data = (): uPlot.AlignedData => plotted(points.value, begun, at.value);
  const again = (): void => {
    plot?.destroy();
    const colours = getComputedStyle(document.documentElement);
    plot = new uPlot(optionsFor(place, colours, minutes, word), data(), place);
  };
  again();
  const stop = effect(() => plot?.setData(data()));
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", again);
  const sized = new ResizeObserver(() => plot?.setSize(sizeOf(place)));
  sized.observe(place);
  return () => {
    stop();
    dark.removeEventListener("change", again);
    sized.disconnect();
    plot?.destroy();
  };
}

function sizeOf(place: HTMLElement): { width: number; height: number } {
  return { width: place.clientWidth, height: place.clientHeight };
}

function optionsFor(
  place: HTMLElement,
  colours: CSSStyleDeclaration,
  target: number,
  word: string,
): uPlot.Options {
  const colour = (name: string): string => colours.getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--ink"),
    grid: { stroke: colour("--line"), width: 0.5 },
    ticks: { show: false },
    font: "13px system-ui",
  };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    ...sizeOf(place),
    legend: { show: false },
    cursor: { show: false },
    padding: [14, 12, 0, 0],
    scales: {
      x: { time: false, range: (_, low, high) => rangeOf(low, high, target) },
      y: { range: (_, __, high) => [0, Math.max(1, high * 1.04)] },
    },
    axes: [
      { ...axis, size: 26, space: 80, values: (_, at) => at.map((each) => duration(each * 60)) },
      { ...axis, size: 52, values: (_, at) => at.map((each) => number(each)) },
    ],
    series: [
      {},
      {
        stroke: colour("--green-line"),
        fill: `${colour("--green-line")}33`,
        width: 3,
        points: { show: false },
        ...(stepped && { paths: stepped }),
      },
      { stroke: colour("--ink"), width: 1.5, dash: [6, 4], points: { show: false } },
    ],
    hooks: hooksFor(target, colour("--ink"), colour("--ground"), word),
  };
}
