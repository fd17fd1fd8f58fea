import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LANGUAGES } from "./catalogue";
import {
  dayAndTime,
  duration,
  exactDuration,
  fallback,
  language,
  list,
  number,
  preferred,
  setLanguage,
  share,
  speak,
  texts,
  time,
  timeZone,
} from "./language";

const shell = texts("shared.shell");
const tree = texts("board.tree");

beforeEach(() => {
  localStorage.clear();
  timeZone.value = "Asia/Shanghai";
});

afterEach(() => vi.unstubAllGlobals());

describe.each([
  ["zh", "退出", "展开甲村", "8月29日 04:31", "40秒", "12分钟", "3小时", "1小时5分钟"],
  ["en", "Sign out", "Open 甲村", "29 Aug, 04:31", "40 secs", "12 mins", "3 hrs", "1 hr 5 mins"],
] as const)("in %s", (code, leave, open, day, seconds, minutes, hours, both) => {
  beforeEach(() => setLanguage(code));

  it("texts are in that language", () => {
    expect(shell().leave).toBe(leave);
    expect(tree().show({ name: "甲村" })).toBe(open);
  });

  it("the page declares it and the device remembers it", () => {
    expect(language.value).toBe(code);
    expect(document.documentElement.lang).toBe(LANGUAGES.get(code)?.locale);
    expect(preferred()).toBe(code);
  });

  it("times have its format, in the service's zone", () => {
    expect(dayAndTime("2022-08-28T20:31:00+00:00")).toBe(day);
    expect(time("2022-08-28T20:31:00+00:00")).toBe("04:31");
    expect(time("2022-08-28T16:05:00+00:00")).toBe("00:05");
  });

  it("durations are written in units", () => {
    const written = [40, 12 * 60, 3 * 3600, 3900].map(duration);
    expect(written).toEqual([seconds, minutes, hours, both]);
    expect(duration(-1)).toBe(duration(0));
    const exact = [40, 12 * 60, 3 * 3600, 3900].map(exactDuration);
    expect(exact).toEqual(written);
    expect([90, 3605, 0].map(exactDuration)).not.toEqual([90, 3605, 0].map(duration));
  });

  it("shares are percentages, and thousands are grouped", () => {
    expect(share(0.9077)).toBe("90.8%");
    expect(number(2292)).toBe("2,292");
  });
});

it.each([...LANGUAGES.keys()])("every text of every page can be shown in %s", async (code) => {
  await speak(code);
  expect(language.value).toBe(code);
  expect(shell().leave).not.toBe("");
});

it("the second of two switches wins, whichever is loaded first", async () => {
  await Promise.all([speak("zh"), speak("en")]);
  expect(language.value).toBe("en");
});

it("a language that cannot be loaded changes nothing", async () => {
  await expect(setLanguage("xx")).rejects.toThrow("xx");
  expect([language.value, preferred()]).toEqual(["en", "en"]);
});

describe("the preferred language", () => {
  it.each([
    [["fr-FR", "zh-TW", "en"], "zh"],
    [["en-AU"], "en"],
    [["EN"], "en"],
    [["fr", "xx"], null],
  ])("of a browser with %o is %s", (wanted, chosen) => {
    vi.stubGlobal("navigator", { languages: wanted });
    expect(preferred()).toBe(chosen);
  });

  it("is the remembered language rather than the browser's, if it still exists", () => {
    vi.stubGlobal("navigator", { languages: ["en"] });
    localStorage.setItem("language", "zh");
    expect(preferred()).toBe("zh");
    localStorage.setItem("language", "tlh");
    expect(preferred()).toBe("en");
  });

  it("falls back to the service's language, or else to the first", () => {
    expect(fallback("zh")).toBe("zh");
    const [first] = LANGUAGES.keys();
    expect([fallback("tlh"), fallback()]).toEqual([first, first]);
  });
});

it.each([
  ["zh", ["甲村", "乙村", "丙村"], "甲村、乙村和丙村"],
  ["en", ["A", "B", "C"], "A, B and C"],
  ["en", ["A"], "A"],
  ["en", [], ""],
] as const)("a list in %s of %o", async (chosen, things, written) => {
  await speak(chosen);
  expect(list(things)).toBe(written);
});
