import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, describe, expect, it } from "vitest";
import { Device } from "./device";
import { UNDO_MS } from "./entry";
import { Outbox } from "./outbox";
import { CLOCK, doorOf, draftOf, officer, START } from "./samples";

const DAY = 24 * 3600_000;
let device: Device;
let mine: Outbox;

beforeEach(async () => {
  indexedDB = new IDBFactory();
  device = new Device();
  mine = new Outbox(device, officer("grid"));
});

function reports(outbox: Outbox): string[] {
  return outbox.entries.value.map(
    ({ deed, state }) =>
      `${deed.kind === "report" ? `${deed.report} ${deed.people}` : deed.kind} ${state}`,
  );
}

async function added(count = 1): Promise<void> {
  for (let number = 1; number <= count; number++)
    await mine.add(draftOf("evacuated", doorOf(number)), CLOCK, START + number);
}

describe("the outbox", () => {
  it("keeps the order and each entry's own time", async () => {
    await added(3);
    const entries = mine.entries.value;
    expect(entries.map(({ about }) => about)).toEqual(["住户1", "住户2", "住户3"]);
    expect(entries[1]?.givenAt).toBe("2026-08-29T05:10:00.002Z");
    expect(new Set(entries.map(({ key }) => key)).size).toBe(3);
  });

  it("records alert time, which runs faster in a drill", async () => {
    const clock = { speed: 40, alert: START, device: START - 500 };
    await mine.add(draftOf("evacuated"), clock, START + 1000);
    expect(mine.entries.value[0]?.givenAt).toBe("2026-08-29T05:11:00.000Z");
  });

  it("never dates a later deed before an earlier one", async () => {
    // A slow answer sets the clock back by more than the time between the two taps.
    const late = { ...CLOCK, device: 3000 };
    await mine.add(draftOf("staying"), CLOCK, START);
    const [first] = mine.entries.value;
    await mine.tried(1);
    if (first) await mine.undo(first, CLOCK, START + 1000);
    await mine.add(draftOf("evacuated"), late, START + 2000);
    expect(mine.entries.value.map(({ givenAt }) => givenAt.slice(-10))).toEqual([
      "10:00.000Z",
      "10:01.000Z",
      "10:01.001Z",
    ]);
  });

  it("ignores entries of other officers and refused ones when it dates an entry", async () => {
    const other = new Outbox(device, officer("other"));
    await other.add(draftOf("evacuated"), CLOCK, START + 60_000);
    await mine.add(draftOf("evacuated"), CLOCK, START + 60_000);
    await mine.refused(2, "it lies in the future", START);
    await mine.add(draftOf("evacuated"), CLOCK, START);
    expect(mine.entries.value[1]?.givenAt).toBe("2026-08-29T05:10:00.000Z");
  });

  it("survives a reload of the page", async () => {
    await added(2);
    await mine.tried(1);
    device.close();
    const again = new Outbox(new Device(), officer("grid"));
    expect((await again.next())?.id).toBe(1);
    expect(reports(again)).toEqual(["evacuated null tried", "evacuated null waiting"]);
    expect(again.entries.value.map(({ key }) => key)).toEqual(
      mine.entries.value.map(({ key }) => key),
    );
  });

  it("shows another officer only the number of entries and whose they are", async () => {
    await added(2);
    const other = new Outbox(device, officer("other"));
    expect(await other.next()).toBeUndefined();
    expect(other.entries.value).toEqual([]);
    expect(other.stranded.value).toEqual([{ officerName: "officer grid", count: 2 }]);
    await mine.received(1, START);
    await mine.received(2, START);
    await other.reload();
    expect(other.stranded.value).toEqual([]);
  });

  it("forgets entries a day after the ledger had them, and no others", async () => {
    await added(3);
    await mine.received(1, START);
    await mine.refused(2, "no", START);
    await mine.prune(START + DAY);
    expect(mine.entries.value).toHaveLength(3);
    await mine.prune(START + DAY + 1);
    expect(mine.entries.value.map(({ id }) => id)).toEqual([2, 3]);
  });
});

describe("undo", () => {
  async function undone(after = 1000): Promise<void> {
    const [entry] = mine.entries.value;
    if (entry) await mine.undo(entry, CLOCK, START + after);
  }

  it("drops an entry that was never sent", async () => {
    await added();
    await undone();
    expect(mine.entries.value).toEqual([]);
    // A sender about to send it finds it gone.
    expect(await mine.tried(1)).toBeUndefined();
  });

  it("adds a correction if the entry was sent or may have been", async () => {
    await added(2);
    await mine.tried(1);
    await undone();
    expect(reports(mine)).toEqual([
      "evacuated null tried",
      "evacuated null waiting",
      "evacuated 0 waiting",
    ]);
    const [first, , correction] = mine.entries.value;
    expect(first?.takenBack).toBe(true);
    expect(correction?.takesBack).toBe(first?.id);
    expect(correction?.key).not.toBe(first?.key);
    expect(correction?.givenAt).toBe("2026-08-29T05:10:01.000Z");
  });

  it("is queued before the next tap, even after a very quick tap", async () => {
    await added();
    await mine.received(1, START);
    const next = draftOf("staying");
    await Promise.all([undone(), mine.add(next, CLOCK, START + 1000)]);
    expect(reports(mine)).toEqual([
      "evacuated null received",
      "evacuated 0 waiting",
      "staying null waiting",
    ]);
  });

  it("happens once, however often it is tapped, and only within its minute", async () => {
    await added();
    await mine.received(1, START);
    await undone(UNDO_MS + 1);
    expect(mine.entries.value).toHaveLength(1);
    await undone();
    await undone();
    expect(mine.entries.value).toHaveLength(2);
  });

  it("depends on the stored state, not on the state on the screen", async () => {
    await added();
    const [shown] = mine.entries.value;
    await mine.received(1, START);
    if (shown) await mine.undo(shown, CLOCK, START + 1000);
    expect(reports(mine)).toEqual(["evacuated null received", "evacuated 0 waiting"]);
  });
});

describe("a refusal", () => {
  it("stays until it is dismissed", async () => {
    await added(2);
    await mine.refused(1, "there is no such household", START + 9);
    expect(mine.entries.value[0]).toMatchObject({
      state: "refused",
      refusal: "there is no such household",
    });
    expect((await mine.next())?.id).toBe(2);
    await mine.dismiss(2);
    await mine.dismiss(1);
    expect(mine.entries.value.map(({ id }) => id)).toEqual([2]);
  });

  it("can be retried in its place with its key, never dated in the future", async () => {
    await mine.add(draftOf("evacuated"), CLOCK, START + 60_000);
    const key = mine.entries.value[0]?.key;
    await mine.refused(1, "it lies in the future", START);
    await mine.again(1, CLOCK, START + 5000);
    expect(mine.entries.value[0]).toMatchObject({
      key,
      state: "waiting",
      refusal: null,
      givenAt: "2026-08-29T05:10:05.000Z",
    });
    await mine.again(1, CLOCK, START + 90_000);
    expect(mine.entries.value[0]?.givenAt).toBe("2026-08-29T05:10:05.000Z");
  });

  it("stays before later entries when it is retried", async () => {
    await mine.add(draftOf("evacuated"), CLOCK, START + 60_000);
    await mine.refused(1, "it lies in the future", START);
    await mine.add(draftOf("needs_help"), CLOCK, START + 1000);
    await mine.again(1, CLOCK, START + 5000);
    expect(mine.entries.value[0]?.givenAt).toBe("2026-08-29T05:10:00.999Z");
  });

  it("drops its pending correction", async () => {
    await added();
    const [entry] = mine.entries.value;
    await mine.tried(1);
    if (entry) await mine.undo(entry, CLOCK, START + 10);
    await mine.refused(1, "no", START + 20);
    expect(reports(mine)).toEqual(["evacuated null refused"]);
  });
});
