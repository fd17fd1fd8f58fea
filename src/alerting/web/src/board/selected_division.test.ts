import { afterEach, describe, expect, it } from "vitest";
import { selectedDivision, divisionIn } from "./selected_division";

const OWN = "511921";

afterEach(() => {
  location.hash = "";
});

describe("the division in an address", () => {
  it.each([
    ["#511921100208", "511921100208"],
    ["#511921", OWN],
    ["", OWN],
    ["#", OWN],
    ["#511922", OWN],
    ["#51", OWN],
    ["#<b>", OWN],
  ])("of %s is %s", (hash, division) => {
    expect(divisionIn(hash, OWN)).toBe(division);
  });

  it("is stored there when selected, and followed when the address changes", () => {
    location.hash = "#511921100";
    const selected = selectedDivision(OWN);
    expect(selected.value).toBe("511921100");
    selected.value = "511921100208";
    expect(location.hash).toBe("#511921100208");
    location.hash = "#511921101";
    dispatchEvent(new Event("hashchange"));
    expect(selected.value).toBe("511921101");
  });
});
