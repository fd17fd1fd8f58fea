/** The reasons why an alert cannot be closed yet, in words. */

import type { ObstacleBody } from "../../api";
import { number, texts } from "../../language";

const t = texts(
  {
    nobody_on_roll: () => "名单上没有人",
    people_unaccounted: (count: number) => `${number(count)} 人未核实`,
    help_open: (count: number) => `${number(count)} 户求助未解决`,
    nobody_spoke_to_them: (count: number) => `${number(count)} 户不走，还没有人员去谈过`,
  },
  {
    nobody_on_roll: () => "nobody is on the roll",
    people_unaccounted: (count) => `${number(count)} people are unaccounted`,
    help_open: (count) => `${number(count)} calls for help are open`,
    nobody_spoke_to_them: (count) =>
      `${number(count)} households stay, and no officer has spoken to them`,
  },
);

export function obstacleWords({ reason, number: count }: ObstacleBody): string {
  return t()[reason](count);
}
