/** The language of the pages: its choice, its texts, and its numbers, times and durations. */

import { computed, effect, signal } from "@preact/signals";
import { LANGUAGES, load, type Part } from "./catalogue";
import { numberIn } from "./message";
import type { Texts } from "./texts";

const REMEMBERED = "language";
const MINUTE = 60;
const HOUR = 3600;

/** The code and the texts shown, replaced together, so that no page mixes two languages. */
const shown = signal<{ readonly code: string; readonly texts: Partial<Texts> }>({
  code: "",
  texts: {},
});
const parts = new Set<Part>(["shared"]);
let latest = 0;

/** The code of the language of all pages; a change renders the components that read it. */
export const language = computed(() => shown.value.code);
/** The time zone of displayed times; null for the device's own. */
export const timeZone = signal<string | null>(null);

effect(() => {
  if (language.value) document.documentElement.lang = locale();
});

/** Show the pages in a language once its texts are loaded. Throws if they cannot be fetched. */
export async function speak(code: string, ...more: readonly Part[]): Promise<void> {
  more.forEach((part) => parts.add(part));
  const turn = ++latest;
  const loaded = await Promise.all([...parts].map((part) => load(code, part)));
  // The second of two switches wins, whichever is loaded first.
  if (turn === latest) shown.value = { code, texts: Object.assign({}, ...loaded) as Texts };
}

/** Show a language and remember it on this device. Throws if its texts cannot be fetched. */
export async function setLanguage(code: string): Promise<void> {
  await speak(code);
  localStorage.setItem(REMEMBERED, code);
}

/** Return the language remembered on this device, else the browser's; null if neither exists. */
export function preferred(): string | null {
  const remembered = localStorage.getItem(REMEMBERED);
  const wanted = [remembered ?? "", ...navigator.languages].map((tag) => tag.toLowerCase());
  const codes = wanted.flatMap((tag) => [tag, tag.split("-")[0] ?? ""]);
  return codes.find((code) => LANGUAGES.has(code)) ?? null;
}

/** Return the language to use without a preferred one: the service's, if known, else the first. */
export function fallback(home?: string): string {
  const [first = ""] = LANGUAGES.keys();
  return home !== undefined && LANGUAGES.has(home) ? home : first;
}

/** Return a name in the present language, or else in another one. */
export function named(names: Readonly<Record<string, string>>): string {
  return names[language.value] ?? Object.values(names)[0] ?? "";
}

/** Return a function for texts in the present language: `texts("board.tree")().show({ name })`. */
export function texts<Name extends keyof Texts>(name: Name): () => Texts[Name] {
  return () => shown.value.texts[name] as Texts[Name];
}

/** Format a number: 2292 -> 2,292. */
export function number(value: number): string {
  return numberIn(locale(), value);
}

/** Format a share as a percentage: 0.908 -> 90.8%. */
export function share(value: number): string {
  return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 }).format(
    value,
  );
}

/** Format an instant's time of day to the minute: 04:31. */
export function time(instant: string | Date): string {
  return written(instant, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** Format an instant's date and time: 29 Aug, 04:31. */
export function dayAndTime(instant: string | Date): string {
  const day = { month: "short", day: "numeric" } as const;
  return written(instant, { ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** Format an instant's date: 29 Aug 2026. */
export function date(instant: string | Date): string {
  return written(instant, { year: "numeric", month: "short", day: "numeric" });
}

/** Format a duration: 40 secs, 12 mins, 1 hr 5 mins. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < MINUTE) return inUnit(whole, "second");
  const [hours, minutes] = [Math.floor(whole / HOUR), Math.floor((whole % HOUR) / MINUTE)];
  const units = [
    ...(hours ? [inUnit(hours, "hour")] : []),
    ...(minutes ? [inUnit(minutes, "minute")] : []),
  ];
  return new Intl.ListFormat(locale(), { type: "unit", style: "narrow" }).format(units);
}

/** Format a duration to the second: 1 min 30 secs. */
export function exactDuration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / HOUR), Math.floor((seconds % HOUR) / MINUTE)];
  const units = [
    ...(hours ? [inUnit(hours, "hour")] : []),
    ...(minutes ? [inUnit(minutes, "minute")] : []),
    ...(seconds % MINUTE || seconds === 0 ? [inUnit(seconds % MINUTE, "second")] : []),
  ];
  return new Intl.ListFormat(locale(), { type: "unit", style: "narrow" }).format(units);
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

/** Return the locale of the present language; before one is loaded, a neutral locale. */
export function locale(): string {
  return LANGUAGES.get(language.value)?.locale ?? "und";
}
