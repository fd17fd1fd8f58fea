import { beforeEach, describe, expect, it } from "vitest";
import {
  clock,
  dayAndTime,
  duration,
  language,
  list,
  number,
  setLanguage,
  share,
  texts,
  time,
  timeZone,
} from "./language";

const t = texts(
  { out: (people: number) => `转移 ${number(people)} 人`, all: "全部" },
  { out: (people) => `${number(people)} out`, all: "All" },
);

beforeEach(() => {
  timeZone.value = "Asia/Shanghai";
});

describe.each([
  ["zh", "全部", "转移 2,292 人", "8月29日 04:31", "40秒", "12分钟", "3小时"],
  ["en", "All", "2,292 out", "29 Aug, 04:31", "40 secs", "12 mins", "3 hrs"],
] as const)("in %s", (code, all, out, day, seconds, minutes, hours) => {
  beforeEach(() => setLanguage(code));

  it("texts are in that language", () => {
    expect(t().all).toBe(all);
    expect(t().out(2292)).toBe(out);
  });

  it("the page declares it and the device remembers it", () => {
    expect(document.documentElement.lang.slice(0, 2)).toBe(code);
    expect(localStorage.getItem("language")).toBe(code);
  });

  it("times have its format, in the service's zone", () => {
    expect(dayAndTime("2022-08-28T20:31:00+00:00")).toBe(day);
    expect(time("2022-08-28T20:31:00+00:00")).toBe("04:31");
    expect(time("2022-08-28T16:05:00+00:00")).toBe("00:05");
  });

  it("durations use the largest unit they fill", () => {
    expect([duration(40), duration(12 * 60), duration(3 * 3600)]).toEqual([
      seconds,
      minutes,
      hours,
    ]);
    expect(duration(-1)).toBe(duration(0));
  });

  it("shares are percentages", () => {
    expect(share(0.9077)).toBe("90.8%");
  });
});

it.each([
  [0, "00:00"],
  [425.9, "07:05"],
  [4025, "1:07:05"],
  [-3, "00:00"],
])("a running clock at %d s shows %s", (seconds, shown) => {
  expect(clock(seconds)).toBe(shown);
});

it("falls back to Chinese or English, whatever the device's language", () => {
  expect(["zh", "en"]).toContain(language.value);
});

it.each([
  ["zh", ["甲村", "乙村", "丙村"], "甲村、乙村和丙村"],
  ["en", ["A", "B", "C"], "A, B and C"],
  ["en", ["A"], "A"],
  ["en", [], ""],
] as const)("a list in %s of %o", (chosen, things, written) => {
  language.value = chosen;
  expect(list(things)).toBe(written);
});
