/** Formats local times of the service's time zone, such as 2026-12-01T20:00. */

import { locale } from "../../language";

/** Return a local time as an instant whose UTC time is the same. */
function asUtc(wall: string): Date {
  return new Date(`${wall}Z`);
}

/** Format a local day: Tue, 1 Dec. */
export function day(wall: string): string {
  const parts = { weekday: "short", month: "short", day: "numeric" } as const;
  return new Intl.DateTimeFormat(locale(), { ...parts, timeZone: "UTC" }).format(asUtc(wall));
}

/** Format the local date and time of a timestamp, without its zone: 1 Dec 2026, 20:00. */
export function dateAndTime(written: string): string {
  const parts = { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" } as const;
  const wall = asUtc(written.slice(0, 16));
  return new Intl.DateTimeFormat(locale(), { ...parts, timeZone: "UTC" }).format(wall);
}

/** Return the time of day of a local time: 20:00. */
export function clock(wall: string): string {
  return wall.slice(11, 16);
}

/** Format a weekday that is given as a number; Monday is 1. */
export function weekday(number: number): string {
  // 1 January 2024 was a Monday.
  const date = new Date(Date.UTC(2024, 0, number));
  const parts = { weekday: "long", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(locale(), parts).format(date);
}

/** Split a period by day; each part has the times at which it begins and ends on that day. */
export function byDay(begins: string, ends: string): [date: string, from: string, to: string][] {
  const found: [string, string, string][] = [];
  for (let date = begins.slice(0, 10); date <= ends.slice(0, 10); date = next(date)) {
    const from = date === begins.slice(0, 10) ? clock(begins) : "00:00";
    const to = date === ends.slice(0, 10) ? clock(ends) : "24:00";
    if (from !== to && to !== "00:00") found.push([date, from, to]);
  }
  return found;
}

function next(date: string): string {
  const after = asUtc(`${date}T00:00`);
  after.setUTCDate(after.getUTCDate() + 1);
  return after.toISOString().slice(0, 10);
}
