import { describe, expect, it } from "vitest";
import { read } from "./message";

describe("a message", () => {
  const homes = read("{count, plural, one {# home is} other {# homes are}} in {place}", "en");
  function written(text: ReturnType<typeof read>, values: Record<string, string | number>): string {
    return typeof text === "string" ? text : text(values);
  }

  it("without placeholders is its text", () => {
    expect(read("All-clear", "en")).toBe("All-clear");
  });

  it.each([
    [1, "1 home is in $& village"],
    [0, "0 homes are in $& village"],
    [2292, "2,292 homes are in $& village"],
  ])("has the plural form of %d", (count, expected) => {
    expect(written(homes, { count, place: "$& village" })).toBe(expected);
  });

  it("chooses the plural form by the language's rules", () => {
    const doors = read("{n, plural, one {# дверь} few {# двери} other {# дверей}}", "ru");
    expect([1, 3, 5, 21].map((n) => written(doors, { n }))).toEqual([
      "1 дверь",
      "3 двери",
      "5 дверей",
      "21 дверь",
    ]);
  });
});
