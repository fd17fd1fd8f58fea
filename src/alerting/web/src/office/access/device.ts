/** The name of a device, derived from its browser's user agent. */

import { texts } from "../../language";

const t = texts("office.access");

/** Systems and browsers by a word in the user agent; the first match counts. */
const SYSTEMS: readonly (readonly [word: string, name: string])[] = [
  ["HarmonyOS", "HarmonyOS"],
  ["Android", "Android"],
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Windows", "Windows"],
  ["Mac OS X", "macOS"],
  ["CrOS", "ChromeOS"],
  ["Linux", "Linux"],
];
const BROWSERS: readonly (readonly [word: string, name: string])[] = [
  ["MicroMessenger", "WeChat"],
  ["Edg", "Edge"],
  ["SamsungBrowser", "Samsung Internet"],
  ["OPR", "Opera"],
  ["Firefox", "Firefox"],
  ["FxiOS", "Firefox"],
  ["Chrome", "Chrome"],
  ["CriOS", "Chrome"],
  ["Safari", "Safari"],
];

/** Return the browser and the system in words; an unknown user agent is returned unchanged. */
export function deviceName(description: string): string {
  const os = named(SYSTEMS, description);
  const browser = named(BROWSERS, description);
  if (os === undefined || browser === undefined) return description || t().unknownDevice;
  return t().device({ os, browser });
}

function named(
  names: readonly (readonly [word: string, name: string])[],
  description: string,
): string | undefined {
  return names.find(([word]) => description.includes(word))?.[1];
}
