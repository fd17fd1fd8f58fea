import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Device } from "./device";
import type { Deed } from "./entry";
import { LedgerServer } from "./ledger_server";
import { Outbox } from "./outbox";
import { CLOCK, doorOf, draftOf, officer, START, VILLAGE } from "./samples";
import { Sender, type Round } from "./sender";
import { requests } from "./requests";

let device: Device;
let ledger: LedgerServer;
let outbox: Outbox;
let sender: Sender;
let rounds: Round[];

beforeEach(async () => {
  indexedDB = new IDBFactory();
  device = new Device();
  ledger = await LedgerServer.start();
  rounds = [];
  signedIn("grid");
});

afterEach(() => {
  vi.restoreAllMocks();
  device.close();
  ledger.stop();
});

function signedIn(id: string): void {
  ledger.who = id;
  outbox = new Outbox(device, officer(id));
  sender = new Sender(outbox, id, requests, (round) => rounds.push(round));
}

async function reported(...numbers: number[]): Promise<void> {
  for (const number of numbers)
    await outbox.add(draftOf("evacuated", doorOf(number)), CLOCK, START + number * 1000);
}

function homes(): number[] {
  return ledger.told.map(({ body }) => Number(String(body["household"]).slice(-4)));
}

function states(): string[] {
  return outbox.entries.value.map(({ state }) => state);
}

describe("sending", () => {
  it("keeps the order and each entry's own time", async () => {
    await reported(3, 1, 2);
    expect(await sender.flush()).toBe("done");
    expect(homes()).toEqual([3, 1, 2]);
    expect(ledger.told[0]).toMatchObject({
      path: "/api/alerts/1/evidence",
      body: { report: "evacuated", people: null, given_at: "2026-08-29T05:10:03.000Z" },
    });
    expect(states()).toEqual(["received", "received", "received"]);
  });

  it("asks nothing while the outbox is empty or the device is offline", async () => {
    expect(await sender.flush()).toBe("done");
    await reported(1);
    vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    expect(await sender.flush()).toBe("away");
    expect(states()).toEqual(["waiting"]);
    expect(ledger.asked).toBe(0);
  });

  it.each(["no answer", { status: 429, detail: "slow" }] as const)(
    "stops at %j and resumes there",
    async (mishap) => {
      await reported(1, 2, 3);
      ledger.mishaps.push(mishap);
      expect(await sender.flush()).toBe("away");
      expect(states()).toEqual(["tried", "waiting", "waiting"]);
      expect(await sender.flush()).toBe("done");
      expect(homes()).toEqual([1, 2, 3]);
    },
  );

  it("counts an entry once although it was sent twice because the answer was lost", async () => {
    await reported(1, 2);
    ledger.mishaps.push("answer lost");
    expect(await sender.flush()).toBe("away");
    expect(states()).toEqual(["tried", "waiting"]);
    expect(await sender.flush()).toBe("done");
    expect(ledger.asked).toBe(3);
    expect(homes()).toEqual([1, 2]);
  });

  it("keeps a refused entry with its reason and continues", async () => {
    await reported(1, 2);
    ledger.mishaps.push({ status: 404, detail: "there is no such household" });
    expect(await sender.flush()).toBe("done");
    expect(homes()).toEqual([2]);
    expect(outbox.entries.value[0]).toMatchObject({
      state: "refused",
      refusal: "there is no such household",
    });
  });

  it("is not held up by entries on which the service always fails", async () => {
    await reported(1, 2, 3, 4, 5, 6);
    ledger.broken = /0001|0002|0003/;
    expect(await sender.flush()).toBe("away");
    expect(await sender.flush()).toBe("away");
    expect(homes()).toEqual([4, 5, 6]);
    ledger.broken = null;
    expect(await sender.flush()).toBe("done");
    expect(homes().sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("keeps the order of entries about one household when the service fails on the first", async () => {
    await reported(1);
    await outbox.add(draftOf("needs_help", doorOf(1)), CLOCK, START + 5000);
    await reported(2);
    ledger.mishaps.push({ status: 500, detail: "a bug" });
    expect(await sender.flush()).toBe("away");
    expect(states()).toEqual(["tried", "waiting", "received"]);
    expect(await sender.flush()).toBe("done");
    expect(ledger.told.map(({ body }) => body["report"])).toEqual([
      "evacuated",
      "evacuated",
      "needs_help",
    ]);
  });

  it("ends a round after three failures, because the service is down", async () => {
    await reported(1, 2, 3, 4, 5);
    ledger.broken = /./;
    expect(await sender.flush()).toBe("away");
    expect(ledger.asked).toBe(3);
  });

  it("sends each entry once under concurrent flushes", async () => {
    await reported(1, 2, 3);
    await Promise.all([sender.flush(), sender.flush(), sender.flush()]);
    expect(ledger.asked).toBe(3);
  });

  it("retries by itself and reports how each round ended", async () => {
    await reported(1);
    ledger.mishaps.push("no answer");
    await sender.keepOn();
    await vi.waitFor(() => expect(rounds).toEqual(["away", "done"]), { timeout: 3000 });
    expect(homes()).toEqual([1]);
  });
});

describe("one officer's reports", () => {
  it("wait when the session is over, and are sent after the same officer is back", async () => {
    await reported(1);
    ledger.signedIn = false;
    expect(await sender.flush()).toBe("away");
    expect(states()).toEqual(["waiting"]);
    ledger.signedIn = true;
    signedIn("grid");
    expect(await sender.flush()).toBe("done");
    expect(homes()).toEqual([1]);
  });

  it("are never sent in the session of another officer", async () => {
    await reported(1);
    signedIn("other");
    await reported(2);
    expect(await sender.flush()).toBe("done");
    expect(homes()).toEqual([2]);
    expect(outbox.stranded.value).toEqual([{ officerName: "officer grid", count: 1 }]);
    signedIn("grid");
    expect(await sender.flush()).toBe("done");
    expect(homes()).toEqual([2, 1]);
  });

  it("are held back after somebody else signs in in another window", async () => {
    await reported(1);
    ledger.who = "other";
    expect(await sender.flush()).toBe("somebody_else");
    expect(ledger.asked).toBe(0);
    expect(states()).toEqual(["waiting"]);
  });
});

it.each<[Deed, string, object]>([
  [{ kind: "confirm" }, "confirm", {}],
  [
    { kind: "check_in", household: `${VILLAGE}0001`, people: 2 },
    "check-ins",
    { household: `${VILLAGE}0001`, people: 2 },
  ],
  [
    { kind: "visitors", division: VILLAGE, name: "游客", people: 3, report: "evacuated" },
    "visitors",
    { division: VILLAGE, name: "游客", people: 3, report: "evacuated" },
  ],
])("%j goes to its own endpoint", async (deed, place, body) => {
  await outbox.add({ ...draftOf("evacuated"), deed }, CLOCK, START);
  expect(await sender.flush()).toBe("done");
  expect(ledger.told[0]?.path).toBe(`/api/alerts/1/${place}`);
  const { key: _key, given_at: givenAt, kind: _kind, ...told } = ledger.told[0]?.body ?? {};
  expect(told).toEqual(body);
  if (place !== "confirm") expect(givenAt).toBe("2026-08-29T05:10:00.000Z");
  expect(ledger.told[0]?.body).not.toHaveProperty("kind");
});
