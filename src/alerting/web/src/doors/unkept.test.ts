import "fake-indexeddb/auto";
import { effect } from "@preact/signals";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Device } from "./device";
import { Outbox } from "./outbox";
import { CLOCK, doorOf, draftOf, officer, START } from "./samples";
import { Unkept } from "./unkept";

/** A clock that no date can be read from. */
const BROKEN = { ...CLOCK, alert: NaN };

let device: Device;
let outbox: Outbox;
let unkept: Unkept;
let clock: typeof CLOCK;

beforeEach(() => {
  indexedDB = new IDBFactory();
  clock = CLOCK;
  device = new Device();
  outbox = new Outbox(device, officer("grid"));
  unkept = new Unkept(outbox, () => clock);
});

afterEach(() => {
  device.close();
  vi.restoreAllMocks();
});

async function reported(number: number): Promise<void> {
  await unkept.keep(draftOf("evacuated", doorOf(number)), START + number);
}

function shown(): string[] {
  return unkept.deeds.value.map(({ draft }) => draft.about);
}

function kept(): string[] {
  return outbox.entries.value.map(({ about }) => about);
}

/** Make each opening of the storage wait; return a function that ends the wait. */
async function stall(): Promise<() => void> {
  const other = await new Promise<IDBDatabase>((resolve) => {
    const opening = indexedDB.open("doors", 1);
    opening.onsuccess = () => resolve(opening.result);
  });
  // The deletion waits for the other window, which does not close; openings wait for the deletion.
  indexedDB.deleteDatabase("doors");
  return () => other.close();
}

it("a report that the storage accepts in time is never shown", async () => {
  const everShown = new Set<string>();
  const stop = effect(() => shown().forEach((about) => everShown.add(about)));
  await reported(1);
  stop();
  expect([[...everShown], kept()]).toEqual([[], ["住户1"]]);
});

it("reports are shown while the storage does not answer, and stored once it does", async () => {
  const answer = await stall();
  const keeping = [reported(1), reported(2)];
  await vi.waitFor(() => expect(shown()).toEqual(["住户1", "住户2"]), { timeout: 10_000 });
  answer();
  await Promise.all(keeping);
  expect([shown(), kept()]).toEqual([[], ["住户1", "住户2"]]);
});

it("an unexpected error is shown and logged, and later reports are kept", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  clock = BROKEN;
  await reported(1);
  expect([shown(), unkept.isFailing.value]).toEqual([["住户1"], true]);
  expect(logged).toHaveBeenCalledExactlyOnceWith(expect.any(RangeError));
  clock = CLOCK;
  await reported(2);
  expect([shown(), unkept.isFailing.value]).toEqual([[], false]);
  expect(kept()).toEqual(["住户1", "住户2"]);
});

it("an error of a subscriber is passed on; the report is shown, and later ones are kept", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  effect(() => {
    if (unkept.isFailing.value) throw new TypeError("a bug");
  });
  clock = BROKEN;
  await expect(reported(1)).rejects.toThrow("a bug");
  expect(shown()).toEqual(["住户1"]);
  clock = CLOCK;
  await reported(2);
  expect([shown(), kept()]).toEqual([[], ["住户1", "住户2"]]);
});
