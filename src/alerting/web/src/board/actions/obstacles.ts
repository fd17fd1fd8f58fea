/** The reasons why an alert cannot be closed yet, in words. */

import type { ObstacleBody } from "../../api";
import { texts } from "../../language";

const t = texts("board.obstacles");

export function obstacleWords({ reason, number: count }: ObstacleBody): string {
  const words = t()[reason];
  return typeof words === "string" ? words : words({ count });
}
