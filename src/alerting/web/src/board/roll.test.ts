import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocketServer, type WebSocket as Accepted } from "ws";
import type { FeedHouseholdBody, FeedMessage, ListedHouseholdBody } from "../api";
import { Feed } from "../feed";
import { listedBody } from "./drawing";
import { Roll } from "./roll";

const COUNTY = "511921";
const TOWN = "511921100";
const VILLAGE = "511921100208";
const [FIRST, SECOND] = [`${VILLAGE}0001`, `${VILLAGE}0002`] as const;

let server: WebSocketServer;
let asked: string[];
let sockets: Map<string, Accepted>;
let opened: string[];
let listed: ListedHouseholdBody[];
let feed: Feed;
let roll: Roll;

beforeEach(async () => {
  [asked, opened, listed] = [[], [], [listedBody(FIRST, "unaccounted")]];
  sockets = new Map();
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  server.on("connection", (socket, { url = "" }) => {
    opened.push(url);
    sockets.set(url, socket);
  });
  const { port } = server.address() as AddressInfo;
  vi.stubGlobal("location", new URL(`http://127.0.0.1:${port}/board/1`));
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    return Response.json({ households: listed, after: null });
  });
});

afterEach(() => {
  roll.close();
  feed.close();
  server.clients.forEach((client) => client.terminate());
  server.close();
  vi.unstubAllGlobals();
});

function begin(own: string, chosen: string) {
  const division = signal(chosen);
  feed = new Feed({ alert: 1 });
  roll = new Roll(1, feed, own, division);
  return division;
}

async function snapshot(url: string, ...households: FeedHouseholdBody[]): Promise<void> {
  await vi.waitFor(() => expect(sockets.has(url)).toBe(true));
  const message: FeedMessage = {
    type: "snapshot",
    seq: 5,
    at: "2026-08-29T05:10:00+00:00",
    alert: {
      id: 1,
      number: 27,
      status: "Exercise",
      state: "open",
      event: "滑坡",
      event_names: { zh: "滑坡" },
      colour: "red",
      sent: "2026-08-29T05:10:00+00:00",
      expires: "2026-08-30T05:10:00+00:00",
      ended_at: null,
      divisions: [VILLAGE],
    },
    tallies: { [VILLAGE]: { households: { unaccounted: 2 }, people: { unaccounted: 4 } } },
    total: { households: {}, people: {} },
    households,
    deliveries: null,
    prediction: null,
  };
  sockets.get(url)?.send(JSON.stringify(message));
}

const OWN_FEED = "/api/alerts/1/feed";

describe("the roll of a county", () => {
  it("is the service's first page, marked as incomplete", async () => {
    begin(COUNTY, COUNTY);
    expect(roll.isKnown.value).toBe(false);
    await snapshot(OWN_FEED);
    await vi.waitFor(() => expect(roll.homes.value.map(({ code }) => code)).toEqual([FIRST]));
    expect(roll.isWhole.value).toBe(false);
    expect(asked).toEqual([`/api/alerts/1/households?division=${COUNTY}&limit=100`]);
  });

  it("opens a second feed for a selected town and drops the list of the county", async () => {
    const division = begin(COUNTY, COUNTY);
    await snapshot(OWN_FEED);
    await vi.waitFor(() => expect(roll.isKnown.value).toBe(true));
    division.value = TOWN;
    expect([roll.isWhole.value, roll.isKnown.value, roll.homes.value]).toEqual([true, false, []]);
    const near = `${OWN_FEED}?division=${TOWN}`;
    await snapshot(near, listedBody(FIRST, "needs_help"), listedBody(SECOND, "evacuated"));
    await vi.waitFor(() => expect(roll.homes.value).toHaveLength(2));
    expect(opened).toEqual([OWN_FEED, near]);
    division.value = COUNTY;
    await vi.waitFor(() => expect(server.clients.size).toBe(1));
  });
});

describe("the roll of a town", () => {
  it("comes from the feed, narrowed to the selected division, with names on request", async () => {
    const division = begin(TOWN, VILLAGE);
    const elsewhere = listedBody("5119211002090001", "unaccounted");
    await snapshot(OWN_FEED, listedBody(FIRST, "needs_help"), elsewhere);
    await vi.waitFor(() => expect(roll.homes.value[0]?.known?.head).toBe("head 0001"));
    expect(roll.homes.value).toHaveLength(1);
    expect(roll.homes.value[0]?.standing).toBe("needs_help");
    expect(asked).toEqual([`/api/alerts/1/households?division=${VILLAGE}&limit=100`]);
    division.value = TOWN;
    expect(roll.homes.value).toHaveLength(2);
    expect(opened).toEqual([OWN_FEED]);
  });
});
