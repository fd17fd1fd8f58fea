/** The target on the curve: a labelled line at the time when everybody is to be out. */

import type uPlot from "uplot";

/** Return uPlot hooks that draw the line over the curve; `target` is in minutes. */
export function hooksFor(
  target: number,
  ink: string,
  ground: string,
  word: string,
): uPlot.Hooks.Arrays {
  return {
    draw: [
      (plot) => {
        const { ctx, bbox } = plot;
        const x = Math.round(plot.valToPos(target, "x", true));
        ctx.save();
        ctx.strokeStyle = ink;
        ctx.lineWidth = 2 * devicePixelRatio;
        ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
        named(plot, x - 4 * devicePixelRatio, bbox.top + bbox.height * 0.88);
        ctx.restore();
      },
    ],
  };

  function named({ ctx }: uPlot, right: number, y: number): void {
    ctx.font = `600 ${13 * devicePixelRatio}px system-ui`;
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    const { width } = ctx.measureText(word);
    ctx.fillStyle = ground;
    ctx.fillRect(right - width - 2, y - 9 * devicePixelRatio, width + 4, 18 * devicePixelRatio);
    ctx.fillStyle = ink;
    ctx.fillText(word, right, y);
  }
}
