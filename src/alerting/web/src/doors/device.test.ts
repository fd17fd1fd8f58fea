import "fake-indexeddb/auto";
import { forceCloseDatabase, IDBFactory } from "fake-indexeddb";
import { deleteDB } from "idb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Device, StorageFailure } from "./device";
import { Outbox } from "./outbox";
import { CLOCK, doorOf, draftOf, officer, START } from "./samples";

const FULL = new DOMException("the disk is full", "QuotaExceededError");

let device: Device;
let outbox: Outbox;
let opened: IDBDatabase[];

beforeEach(() => {
  indexedDB = new IDBFactory();
  opened = [];
  const open = indexedDB.open.bind(indexedDB);
  vi.spyOn(indexedDB, "open").mockImplementation((name, version) => {
    const request = open(name, version);
    request.addEventListener("success", () => opened.push(request.result));
    return request;
  });
  device = new Device();
  outbox = new Outbox(device, officer("grid"));
});

afterEach(() => {
  device.close();
  vi.restoreAllMocks();
});

async function reported(number: number): Promise<void> {
  await outbox.add(draftOf("evacuated", doorOf(number)), CLOCK, START + number);
}

function abouts(): string[] {
  return outbox.entries.value.map(({ about }) => about);
}

describe("a storage that the browser closes", () => {
  it.each([
    ["with an event", () => forceCloseDatabase(opened.at(-1) as never)],
    ["without an event", () => opened.at(-1)?.close()],
  ])("%s is opened again for the next report", async (_how, close) => {
    await reported(1);
    close();
    await reported(2);
    expect(abouts()).toEqual(["住户1", "住户2"]);
    expect(opened).toHaveLength(2);
  });

  it("while several reports are written, stores each of them once", async () => {
    await reported(1);
    const writing = [reported(2), reported(3)];
    opened.at(-1)?.close();
    await Promise.all(writing);
    expect(abouts().sort()).toEqual(["住户1", "住户2", "住户3"]);
  });

  it("and deletes gets back the entries that the page remembers", async () => {
    await reported(1);
    // The connection gives way to the deletion.
    await deleteDB("doors");
    await reported(2);
    expect(outbox.entries.value.map(({ id, about }) => [id, about])).toEqual([
      [1, "住户1"],
      [2, "住户2"],
    ]);
  });
});

describe("a transaction that the browser aborts", () => {
  it("is run once more", async () => {
    await reported(1);
    const commit = vi.spyOn(IDBObjectStore.prototype, "add").mockImplementationOnce(function (
      this: IDBObjectStore,
    ) {
      const request = this.getAll() as unknown as IDBRequest<IDBValidKey>;
      this.transaction.abort();
      return request;
    });
    await reported(2);
    expect(commit).toHaveBeenCalledTimes(2);
    expect(abouts()).toEqual(["住户1", "住户2"]);
  });

  it("again and again is reported as a storage failure, and changes nothing", async () => {
    await reported(1);
    const full = vi.spyOn(IDBObjectStore.prototype, "add").mockImplementation(() => {
      throw FULL;
    });
    await expect(reported(2)).rejects.toThrow(StorageFailure);
    full.mockRestore();
    await outbox.reload();
    expect(abouts()).toEqual(["住户1"]);
  });
});

it("fails with a message of its own if the browser has no storage", async () => {
  vi.mocked(indexedDB.open).mockImplementation(() => {
    throw new DOMException("private browsing", "SecurityError");
  });
  await expect(outbox.reload()).rejects.toThrow(StorageFailure);
});

it("passes on an error of the work itself", async () => {
  await expect(device.run(() => Promise.reject(new RangeError("a bug")))).rejects.toThrow(
    RangeError,
  );
});
