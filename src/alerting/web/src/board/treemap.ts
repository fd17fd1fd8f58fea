/** Squarified treemap: rectangles sized by weight (Bruls, Huizing and van Wijk, 2000). */

/** Percentages of the whole. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Weighed {
  readonly place: number;
  readonly area: number;
}

/**
 * Return a rectangle for each weight, in the order of the weights.
 *
 * `aspect` is the width of the whole divided by its height. A weight of zero gets no area.
 */
export function squarified(weights: readonly number[], aspect: number): Rectangle[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const rectangles: Rectangle[] = weights.map(() => ({ left: 0, top: 0, width: 0, height: 0 }));
  let waiting: Weighed[] = weights
    .map((weight, place) => ({ place, area: (weight / sum) * aspect }))
    .filter(({ area }) => area > 0)
    .sort((one, other) => other.area - one.area);
  let free = { left: 0, top: 0, width: aspect, height: 1 };
  while (waiting.length) {
    const row = waiting.slice(0, bestLength(waiting, Math.min(free.width, free.height)));
    waiting = waiting.slice(row.length);
    free = laid(row, free, (place, { left, top, width, height }) => {
      rectangles[place] = {
        left: (left / aspect) * 100,
        top: top * 100,
        width: (width / aspect) * 100,
        height: height * 100,
      };
    });
  }
  return rectangles;
}

/** Return how many of the first areas form the row with the best worst aspect ratio. */
function bestLength(waiting: readonly Weighed[], side: number): number {
  let sum = 0;
  let best = Infinity;
  for (const [index, { area }] of waiting.entries()) {
    sum += area;
    const largest = waiting[0]?.area ?? area;
    const worst = Math.max((side ** 2 * largest) / sum ** 2, sum ** 2 / (side ** 2 * area));
    if (worst > best) return index;
    best = worst;
  }
  return waiting.length;
}

/** Lay a row along the shorter side; return the free space that is left. */
function laid(
  row: readonly Weighed[],
  free: Rectangle,
  put: (place: number, rectangle: Rectangle) => void,
): Rectangle {
  const sum = row.reduce((total, { area }) => total + area, 0);
  const isTall = free.width >= free.height;
  const depth = sum / (isTall ? free.height : free.width);
  let { left, top } = free;
  for (const { place, area } of row) {
    const length = area / depth;
    put(place, { left, top, width: isTall ? depth : length, height: isTall ? length : depth });
    if (isTall) top += length;
    else left += length;
  }
  return isTall
    ? { ...free, left: free.left + depth, width: free.width - depth }
    : { ...free, top: free.top + depth, height: free.height - depth };
}
