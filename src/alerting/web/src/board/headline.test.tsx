import { describe, expect, it } from "vitest";
import { LANGUAGES } from "../catalogue";
import { speak } from "../language";
import { drawn } from "./drawing";
import { Headline } from "./headline";

const COUNTS = {
  households: { unaccounted: 3, needs_help: 1, evacuated: 700 },
  people: { unaccounted: 1234, needs_help: 2, evacuated: 3000, verified: 10 },
};

describe("the headline number", () => {
  it("is the number unaccounted for, with the state in words, shape and colour", async () => {
    const place = await drawn(<Headline counts={COUNTS} danger="help" state="open" />);
    expect(place.querySelector("strong")?.textContent).toBe("1,234");
    expect(place.querySelector(".condition")?.textContent).toContain("1 household calls for help");
    expect(place.querySelector(".condition svg path")).not.toBeNull();
    expect(place.querySelector(".headline")?.classList).toContain("is-help");
    expect(place.textContent).toContain("3,000 of 4,236");
  });

  it("has a different shape for each state", async () => {
    const shapes = new Set<string | null | undefined>();
    for (const danger of ["help", "missing", "unspoken", "zero", "unknown", "cancelled"] as const) {
      const place = await drawn(<Headline counts={COUNTS} danger={danger} state="open" />);
      shapes.add(place.querySelector(".condition path")?.getAttribute("d"));
    }
    expect(shapes.size).toBe(6);
  });

  it.each(["closed", "all_clear", "cancelled", "expired"] as const)(
    "labels an alert that is %s in every language",
    async (state) => {
      const said: unknown[] = [];
      for (const each of LANGUAGES.keys()) {
        await speak(each);
        const place = await drawn(<Headline counts={COUNTS} danger="zero" state={state} />);
        said.push(place.querySelector(".known b")?.textContent);
      }
      expect(said.every(Boolean)).toBe(true);
      expect(new Set(said).size).toBe(LANGUAGES.size);
    },
  );
});
