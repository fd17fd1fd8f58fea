/** Labels of a map that do not overlap: the earlier one is shown, the later one waits for a zoom. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Return for each box whether it is shown: only if it overlaps no earlier shown box. */
export function apart(boxes: readonly Box[]): readonly boolean[] {
  const shown: Box[] = [];
  return boxes.map((box) => {
    const isFree = shown.every((other) => !overlap(box, other));
    if (isFree) shown.push(box);
    return isFree;
  });
}

function overlap(one: Box, other: Box): boolean {
  return (
    one.left < other.right &&
    other.left < one.right &&
    one.top < other.bottom &&
    other.top < one.bottom
  );
}
