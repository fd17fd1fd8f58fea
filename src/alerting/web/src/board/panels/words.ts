/** Texts shared by several parts of the board. */

import type { Tier } from "../../api";
import { number, texts } from "../../language";

const tiers = texts(
  {
    province: "省级",
    city: "市级",
    county: "县区",
    town: "乡镇",
    village: "村社区",
    grid: "网格",
    household: "住户",
  },
  {
    province: "Province",
    city: "City",
    county: "County",
    town: "Town",
    village: "Village",
    grid: "Grid",
    household: "Households",
  },
);
const t = texts(
  {
    people: (count: number) => `${number(count)} 人`,
    households: (count: number) => `${number(count)} 户`,
    more: "显示更多",
    loading: "正在读取…",
  },
  {
    people: (count) => `${number(count)} ${count === 1 ? "person" : "people"}`,
    households: (count) => `${number(count)} ${count === 1 ? "household" : "households"}`,
    more: "Show more",
    loading: "Loading…",
  },
);

/** The reader of these texts. */
export const words = t;

export function tierName(tier: string): string {
  return tiers()[tier as Tier] ?? tier;
}

/** From the city down. */
export const TIERS = [
  "city",
  "county",
  "town",
  "village",
  "grid",
  "household",
] as const satisfies readonly Tier[];
