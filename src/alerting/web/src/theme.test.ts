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
  const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = parts.map((c) =>
    c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
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

  it.each(["line", "focus"])("%s has a contrast of 3:1", (name) => {
    expect(contrast(of(name), of("ground"))).toBeGreaterThanOrEqual(3);
  });
});
