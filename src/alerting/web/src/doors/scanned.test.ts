import { describe, expect, it } from "vitest";
import { householdIn } from "./scanned";

describe("the code of a paper roll", () => {
  it("is a household's code in the address", () => {
    expect(householdIn("#household=5119211002080001")).toBe("5119211002080001");
    expect(householdIn("#household=5119211002080010001")).toBe("5119211002080010001");
  });

  it("is null for any other fragment", () => {
    for (const fragment of ["", "#", "#household=", "#household=1", "#household=<b>"])
      expect(householdIn(fragment)).toBeNull();
  });
});
