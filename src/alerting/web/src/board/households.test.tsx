import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { drawn, press, SESSION, SILENT_FEED, someHome } from "./drawing";
import type { Home } from "./homes";
import { Households } from "./households";

const VILLAGE = "511921100208";

async function listed(homes: readonly Home[], isKnown = true): Promise<HTMLElement> {
  return drawn(
    <Households
      alert={1}
      feed={SILENT_FEED}
      session={SESSION}
      homes={signal(homes)}
      isWhole={true}
      isKnown={isKnown}
      wanted={signal(100)}
      opened={signal<string | null>(null)}
    />,
  );
}

function some(count: number, standing: Home["standing"] = "unaccounted"): Home[] {
  return Array.from({ length: count }, (_, place) =>
    someHome(`${VILLAGE}${String(place).padStart(4, "0")}`, standing),
  );
}

describe("the list of households", () => {
  it("never says that all are accounted for before it is loaded", async () => {
    expect((await listed([], false)).textContent).not.toContain("accounted for");
    expect((await listed([], true)).textContent).toContain("accounted for");
  });

  it("shows those not yet safe, and all on request", async () => {
    const place = await listed([
      someHome(`${VILLAGE}0001`, "needs_help"),
      someHome(`${VILLAGE}0002`, "evacuated"),
    ]);
    expect(place.querySelectorAll(".row")).toHaveLength(1);
    expect(place.textContent).toContain("Needs help");
    await press(place, "All");
    expect(place.querySelectorAll(".row")).toHaveLength(2);
  });

  it("shows a first batch, then more on request, and says how many are left", async () => {
    const place = await listed(some(90));
    expect(place.querySelectorAll(".row")).toHaveLength(40);
    await press(place, "Show more (50)");
    expect(place.querySelectorAll(".row")).toHaveLength(80);
    await press(place, "Show more (10)");
    expect(place.querySelectorAll(".row")).toHaveLength(90);
    expect(place.textContent).not.toContain("Show more");
  });
});
