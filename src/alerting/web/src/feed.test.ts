import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { WebSocketServer, type WebSocket as Accepted } from "ws";
import type { FeedEventBody, FeedMessage } from "./api";
import { Feed, pauseBefore, type FeedOptions } from "./feed";

const SNAPSHOT: FeedMessage = {
  type: "snapshot",
  seq: 5,
  at: "2022-08-28T20:31:00+00:00",
  alert: {
    id: 1,
    number: 27,
    status: "Exercise",
    state: "open",
    event: "滑坡",
    event_names: { zh: "滑坡" },
    colour: "red",
    sent: "2022-08-28T20:31:00+00:00",
    expires: "2022-08-29T20:31:00+00:00",
    ended_at: null,
    divisions: ["511921100208"],
  },
  tallies: {},
  total: { households: {}, people: {} },
  households: [],
  deliveries: null,
  prediction: null,
};

let server: WebSocketServer;
let feed: Feed | undefined;

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
});

afterEach(() => {
  feed?.close();
  server.clients.forEach((client) => client.terminate());
  server.close();
});

function watch(options: Partial<FeedOptions> = {}): Feed {
  const { port } = server.address() as AddressInfo;
  feed = new Feed({ alert: 1, origin: `http://127.0.0.1:${port}`, ...options });
  return feed;
}

/** Return the next connection: its address, its socket and a function to send a message. */
async function accepted(): Promise<{
  address: string;
  socket: Accepted;
  say: (m: FeedMessage) => void;
}> {
  const [socket, request] = (await once(server, "connection")) as [Accepted, { url: string }];
  const say = (message: FeedMessage): void => socket.send(JSON.stringify(message));
  return { address: request.url, socket, say };
}

it("shows the snapshot and resumes after it when the connection breaks", async () => {
  const first = accepted();
  const watched = watch({ division: "511921100" });
  const { address, socket, say } = await first;
  expect(address).toBe("/api/alerts/1/feed?division=511921100");
  say(SNAPSHOT);
  await vi.waitFor(() => expect(watched.state.value?.seq).toBe(5));
  const second = accepted();
  socket.terminate();
  expect((await second).address).toBe("/api/alerts/1/feed?division=511921100&after=5");
});

it("resumes after the last message received, even if it is not shown yet", async () => {
  const first = accepted();
  watch();
  const { socket, say } = await first;
  const second = accepted();
  say(SNAPSHOT);
  say({ type: "heartbeat", seq: 8, at: "t" });
  socket.close();
  expect((await second).address).toBe("/api/alerts/1/feed?after=8");
});

it("passes the events of frames to each listener until it unsubscribes", async () => {
  const [told, ended]: FeedEventBody[][] = [[], []];
  const first = accepted();
  const watched = watch();
  watched.listen((events) => told?.push(...events));
  watched.listen((events) => ended?.push(...events))();
  const { say } = await first;
  const event: FeedEventBody = {
    seq: 6,
    at: "t",
    kind: "dark.told",
    division: "51",
    subject: "",
    payload: {},
  };
  say(SNAPSHOT);
  say({ type: "frame", alert: 1, seq: 6, at: "t", tallies: {}, households: [], events: [event] });
  await vi.waitFor(() => expect(told).toEqual([event]));
  expect(ended).toEqual([]);
});

it("reports its age after three seconds of silence until the next message", async () => {
  const first = accepted();
  const watched = watch();
  const { say } = await first;
  say(SNAPSHOT);
  await vi.waitFor(() => expect(watched.state.value).not.toBeNull());
  expect(watched.stale.value).toBeNull();
  await vi.waitFor(() => expect(watched.stale.value).toBe(3), { timeout: 5_000 });
  expect(watched.age()).toBeGreaterThanOrEqual(3);
  say({ type: "heartbeat", seq: 5, at: "t" });
  await vi.waitFor(() => expect(watched.stale.value).toBeNull());
}, 10_000);

it("shows its age after the device slept, and resumes by itself", async () => {
  const first = accepted();
  const watched = watch();
  const { say } = await first;
  say(SNAPSHOT);
  await vi.waitFor(() => expect(watched.state.value).not.toBeNull());
  const second = accepted();
  const awake = performance.now.bind(performance);
  const clock = vi.spyOn(performance, "now").mockImplementation(() => awake() + 3_600_000);
  await vi.waitFor(() => expect(watched.stale.value).toBeGreaterThanOrEqual(3_600));
  const { address, say: sayAgain } = await second;
  expect(address).toBe("/api/alerts/1/feed?after=5");
  sayAgain({ type: "heartbeat", seq: 5, at: "t" });
  await vi.waitFor(() => expect(watched.stale.value).toBeNull());
  clock.mockRestore();
});

it("reports that it was refused and reconnects", async () => {
  server.options.verifyClient = (_info: unknown, answer: (ok: boolean, code: number) => void) =>
    answer(false, 401);
  const refused = vi.fn();
  watch({ onRefused: refused });
  await vi.waitFor(() => expect(refused.mock.calls.length).toBeGreaterThanOrEqual(2), 5_000);
});

it.each([4401, 4403])("reports that the service ended it for good, by code %i", async (code) => {
  const first = accepted();
  const refused = vi.fn();
  watch({ onRefused: refused });
  const { socket } = await first;
  await vi.waitFor(() => expect(feed?.age()).toBeGreaterThan(0.05));
  socket.close(code);
  await vi.waitFor(() => expect(refused).toHaveBeenCalled());
});

it("draws the pause below a bound that doubles", () => {
  expect(pauseBefore(0, () => 1)).toBe(250);
  expect(pauseBefore(3, () => 1)).toBe(2_000);
  expect(pauseBefore(30, () => 1)).toBe(10_000);
  expect(pauseBefore(30, () => 0)).toBe(0);
});
