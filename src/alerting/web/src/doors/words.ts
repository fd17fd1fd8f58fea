/** Texts shared by several parts of the officer's page. */

import { number, texts } from "../language";
import type { Deed, Report } from "./entry";

export const words = texts(
  {
    people: (count: number) => `${number(count)} 人`,
    unsent: "尚未发送",
    received: "已收到",
    refused: "被拒绝",
    takenBack: "已撤回，请重新上报",
    confirmed: "确认叫应",
    arrived: "到达安置点",
    visitors: "外来人员",
    drill: "演练",
  },
  {
    people: (count) => `${number(count)} ${count === 1 ? "person" : "people"}`,
    unsent: "not yet sent",
    received: "received",
    refused: "refused",
    takenBack: "Taken back: report again",
    confirmed: "Call confirmed",
    arrived: "At the assembly point",
    visitors: "Visitors",
    drill: "DRILL",
  },
);

const found = texts(
  {
    evacuated: "已撤出",
    partly: (out: number) => `撤出 ${number(out)} 人`,
    needs_help: "求助",
    staying: "不走",
    elsewhere: "在别处",
    not_home: "不在家",
    received: "知道了",
    missed_roll_call: "点名未应",
  },
  {
    evacuated: "All out",
    partly: (out) => `${number(out)} out`,
    needs_help: "Needs help",
    staying: "Staying",
    elsewhere: "Elsewhere",
    not_home: "Not home",
    received: "Has read it",
    missed_roll_call: "Missed the roll-call",
  },
);

/** Return a report in words; `people` is null if it holds for the whole household. */
export function reportName(report: Report, people: number | null): string {
  return report === "evacuated" && people !== null ? found().partly(people) : found()[report];
}

/** Return a deed in words. */
export function deedName(deed: Deed): string {
  if (deed.kind === "confirm") return words().confirmed;
  if (deed.kind === "report") return reportName(deed.report, deed.people);
  const people = deed.people === null ? "" : ` · ${words().people(deed.people)}`;
  return `${deed.kind === "check_in" ? words().arrived : words().visitors}${people}`;
}

const METRES_IN_KM = 1000;
const STEP_M = 10;

/** Return a distance in words: 128.4 -> 130 m; 2,310 -> 2.3 km. */
export function metres(distance: number): string {
  if (distance < METRES_IN_KM)
    return `${Math.max(STEP_M, Math.round(distance / STEP_M) * STEP_M)} m`;
  return `${number(Math.round(distance / 100) / 10)} km`;
}
