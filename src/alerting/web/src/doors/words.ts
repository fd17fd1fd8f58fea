/** Texts shared by several parts of the officer's page. */

import { number, texts } from "../language";
import type { Deed, Report } from "./entry";

export const words = texts("doors.words");

const found = texts("doors.found");

/** Return a report in words; `people` is null if it holds for the whole household. */
export function reportName(report: Report, people: number | null): string {
  return report === "evacuated" && people !== null
    ? found().partly({ out: people })
    : found()[report];
}

/** Return a deed in words. */
export function deedName(deed: Deed): string {
  if (deed.kind === "confirm") return words().confirmed;
  if (deed.kind === "report") return reportName(deed.report, deed.people);
  const people = deed.people === null ? "" : ` · ${words().people({ count: deed.people })}`;
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
