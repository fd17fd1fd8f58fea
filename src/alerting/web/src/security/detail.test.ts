import { expect, it } from "vitest";
import { detailOf } from "./detail";

it.each([
  ["403", "answered 403"],
  ["too_soon", "too soon: no link was texted"],
  ["log 7", "log of alert 7"],
  ["report 7", "report of alert 7"],
  ["by chief", "by chief"],
  ["", ""],
])("translates %s into the reader's words", (detail, words) => {
  expect(detailOf(detail).words).toBe(words);
});

it.each(["households: 3 added, 0 updated", "Mozilla/5.0", "constructor", "toString"])(
  "leaves %s unchanged, in English",
  (detail) => {
    expect(detailOf(detail)).toEqual({ words: detail, lang: "en" });
  },
);
