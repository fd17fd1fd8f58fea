import { describe, expect, it } from "vitest";
import { START, startsElsewhere } from "./start_page";

function at(address: string): void {
  const page = window as unknown as { happyDOM: { setURL(url: string): void } };
  page.happyDOM.setURL(`http://127.0.0.1:1${address}`);
}

describe("the page with which an officer starts", () => {
  it.each([
    ["informant", "/raise"],
    ["grid_officer", null],
    ["duty_officer", "/"],
    ["town_commander", "/"],
  ] as const)("of a %s is %s", (role, page) => {
    at(START);
    expect(startsElsewhere({ role })).toBe(page);
  });

  it("is the doors page if the officer opened that page", () => {
    at("/doors");
    expect(startsElsewhere({ role: "town_commander" })).toBeNull();
  });
});
