/** The two languages of the pages, and their formats of numbers, times and durations. */

import { effect, signal } from "@preact/signals";

export type Language = "zh" | "en";

const LOCALES: Record<Language, string> = { zh: "zh-CN", en: "en-GB" };
const REMEMBERED = "language";
const MINUTE = 60;
const HOUR = 3600;

/** The language of all pages; components that read it are re-rendered when it changes. */
export const language = signal<Language>(first());
/** The time zone of displayed times; null for the device's own. */
export const timeZone = signal<string | null>(null);

effect(() => {
  document.documentElement.lang = LOCALES[language.value];
});

/** Set the language and remember it on this device. */
export function setLanguage(chosen: Language): void {
  language.value = chosen;
  localStorage.setItem(REMEMBERED, chosen);
}

type Text = string | ((...values: never[]) => string);
type Same<T> = {
  [K in keyof T]: T[K] extends (...values: infer V) => string ? (...values: V) => string : string;
};

/**
 * Return the reader of a page's texts in the selected language.
 *
 * English must have the same texts as Chinese with the same parameters: `const t = texts({ out: (n:
 * number) => `转移 ${n} 人` }, { out: (n) => `${n} out` })`, then `t().out(4)`.
 */
export function texts<T extends Record<string, Text>>(zh: T, en: Same<T>): () => Same<T> {
  return () => (language.value === "zh" ? (zh as unknown as Same<T>) : en);
}

/** Format a number: 2292 -> 2,292. */
export function number(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

/** Format a share as a percentage: 0.908 -> 90.8%. */
export function share(value: number): string {
  return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 }).format(
    value,
  );
}

/** Format an instant's time of day to the minute: 04:31. */
export function time(instant: string | Date): string {
  return written(instant, { hour: "2-digit", minute: "2-digit", hour12: false });
}

/** Format an instant's date and time: 29 Aug, 04:31. */
export function dayAndTime(instant: string | Date): string {
  const day = { month: "short", day: "numeric" } as const;
  return written(instant, { ...day, hour: "2-digit", minute: "2-digit", hour12: false });
}

/** Format a running clock: 07:05, or 1:07:05. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(whole / HOUR);
  const rest = `${two(Math.floor(whole / MINUTE) % MINUTE)}:${two(whole % MINUTE)}`;
  return hours ? `${hours}:${rest}` : rest;
}

/** Format a duration in the largest unit that it fills: 40 secs, 12 mins, 3 hrs. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < MINUTE) return inUnit(whole, "second");
  if (whole < 2 * HOUR) return inUnit(Math.floor(whole / MINUTE), "minute");
  return inUnit(Math.floor(whole / HOUR), "hour");
}

/** Format a list: A, B and C. */
export function list(things: Iterable<string>): string {
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(things);
}

function inUnit(value: number, unit: "second" | "minute" | "hour"): string {
  const form = { style: "unit", unit, unitDisplay: "short" } as const;
  return new Intl.NumberFormat(locale(), form).format(value);
}

function written(instant: string | Date, form: Intl.DateTimeFormatOptions): string {
  const zone = timeZone.value === null ? {} : { timeZone: timeZone.value };
  return new Intl.DateTimeFormat(locale(), { ...form, ...zone }).format(new Date(instant));
}

function locale(): string {
  return LOCALES[language.value];
}

function first(): Language {
  const remembered = localStorage.getItem(REMEMBERED);
  if (remembered === "zh" || remembered === "en") return remembered;
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "zh";
}
