import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Device } from "./device";
import type { Entry } from "./entry";
import { forgetDoors, unsentBy } from "./sign_out_cleanup";
import { EMPTY_CACHE } from "./server_cache";

let device: Device;

beforeEach(async () => {
  device = new Device();
  await device.run(async (database) => {
    await Promise.all([database.clear("entries"), database.clear("seen")]);
    for (const [id, officer, state] of [
      [1, "grid", "received"],
      [2, "grid", "refused"],
      [3, "grid", "waiting"],
      [4, "grid", "tried"],
      [5, "other", "waiting"],
    ] as const)
      await database.put("entries", { id, officer, state } as unknown as Entry);
    for (const officer of ["grid", "other"]) await database.put("seen", EMPTY_CACHE, officer);
  });
});

afterEach(() => device.close());

it("counts the reports of an officer that may not have reached the ledger", async () => {
  expect(await Promise.all(["grid", "other", "nobody"].map(unsentBy))).toEqual([2, 1, 0]);
});

it("deletes the cached doors, and keeps reports that are unsent or refused", async () => {
  await forgetDoors();
  expect(await device.run((database) => database.count("seen"))).toBe(0);
  const kept = await device.run((database) => database.getAll("entries"));
  expect(kept.map(({ id }) => id)).toEqual([2, 3, 4, 5]);
});
