import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const CSS = readFileSync("src/theme.css", "utf8");
const [LIGHT = "", DARK = ""] = CSS.split("prefers-color-scheme: dark");
const UPON = ["red", "orange", "yellow", "green", "blue", "purple", "grey", "black"];

function tokens(css: string): Map<string, string> {
  return new Map(
    [...css.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, n, v]) => [n ?? "", v ?? ""]),
  );
}

/** Return the contrast ratio of two colours by WCAG 2. */
function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = linear(colour);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function linear(colour: string): number[] {
  const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  return parts.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
}

const MEANINGS = ["red", "green", "orange", "yellow"];
/** Least distance of two colours in OKLab, where 0.02 is just noticeable. */
const LEAST_APART = 0.15;
/** Linear RGB as colour-blind readers see it, by Machado, Oliveira and Fernandes (2009). */
const CONES: Record<string, readonly number[]> = {
  "with all cones": [1, 0, 0, 0, 1, 0, 0, 0, 1],
  "without red cones": [
    0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998,
  ],
  "without green cones": [
    0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881,
  ],
  "without blue cones": [
    1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039,
  ],
};
const TO_CONES = [
  0.4122214708, 0.5363325363, 0.0514459929, 0.2119034982, 0.6806995451, 0.1073969566, 0.0883024619,
  0.2817188376, 0.6299787005,
];
const TO_LAB = [
  0.2104542553, 0.793617785, -0.0040720468, 1.9779984951, -2.428592205, 0.4505937099, 0.0259040371,
  0.7827717662, -0.808675766,
];

function simulated(colour: string, cones: string): number[] {
  return times(CONES[cones] ?? [], linear(colour)).map((part) => Math.min(1, Math.max(0, part)));
}

function oklab(rgb: readonly number[]): number[] {
  return times(TO_LAB, times(TO_CONES, rgb).map(Math.cbrt));
}

function distance(one: readonly number[], other: readonly number[]): number {
  return Math.hypot(...one.map((part, at) => part - (other[at] ?? 0)));
}

/** Return the product of a matrix of three rows and a vector. */
function times(matrix: readonly number[], vector: readonly number[]): number[] {
  return [0, 3, 6].map((row) =>
    vector.reduce((sum, part, at) => sum + part * (matrix[row + at] ?? 0), 0),
  );
}

describe.each([
  ["light", tokens(LIGHT)],
  ["dark", new Map([...tokens(LIGHT), ...tokens(DARK)])],
])("in the %s theme", (_name, colours) => {
  const of = (name: string): string => colours.get(name) ?? "";

  it.each(UPON)("text on %s has a contrast of 7:1", (name) => {
    expect(contrast(of(name), of(`on-${name}`))).toBeGreaterThanOrEqual(7);
  });

  it.each(["ink", "faint", "link"])("%s has a contrast of 7:1 on every ground", (name) => {
    expect(contrast(of(name), of("ground"))).toBeGreaterThanOrEqual(7);
    expect(contrast(of(name), of("raised"))).toBeGreaterThanOrEqual(7);
  });

  it.each(Object.keys(CONES))("tells help, safe, unaccounted and doubt apart %s", (cones) => {
    const seen = MEANINGS.map((name) => oklab(simulated(of(name), cones)));
    const apart = seen.flatMap((one, at) =>
      seen.slice(at + 1).map((other) => distance(one, other)),
    );
    expect(Math.min(...apart)).toBeGreaterThan(LEAST_APART);
  });

  it.each(["line", "focus", "green-line"])("%s has a contrast of 3:1", (name) => {
    expect(contrast(of(name), of("ground"))).toBeGreaterThanOrEqual(3);
  });
});

it("a bar has a different pattern for each standing except the best", () => {
  const patterns = [...CSS.matchAll(/\.parts \.is-(\w+) \{\s*background-image: ([^;]+);/g)];
  expect(new Set(patterns.map(([, name]) => name)).size).toBe(5);
  expect(new Set(patterns.map(([, , pattern]) => pattern)).size).toBe(5);
});
