import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  freshKey,
  get,
  leaving,
  mayTryAgain,
  post,
  reachable,
  Refusal,
  remove,
  Unreachable,
} from "./client";

interface Asked {
  method: string;
  url: string;
  key: string | undefined;
  body: string;
}

let server: Server;
let asked: Asked[];
let answer: { status: number; body: string };

beforeEach(async () => {
  asked = [];
  answer = { status: 200, body: "{}" };
  server = createServer((request, response) => void respond(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(
    `http://127.0.0.1:${port}/doors?x=1`,
  );
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "", url = "", headers } = request;
  const body = (await request.toArray()).map(String).join("");
  asked.push({ method, url, key: headers["idempotency-key"]?.toString(), body });
  response.writeHead(answer.status, { "Content-Type": "application/json" });
  response.end(answer.status === 204 ? undefined : answer.body);
}

async function refused(act: Promise<unknown>): Promise<unknown> {
  return act.then(
    () => expect.unreachable("it was not refused"),
    (error: unknown) => error,
  );
}

it("fills the path and the query", async () => {
  answer.body = '{"households": [], "after": null}';
  const query = { division: "511921100208", standing: null, limit: 50 };
  const page = await get("/api/alerts/{alert_id}/households", { path: { alert_id: 3 }, query });
  expect(page.after).toBeNull();
  expect(asked[0]?.url).toBe("/api/alerts/3/households?division=511921100208&limit=50");
});

it("sends JSON and the idempotency key", async () => {
  answer.status = 204;
  const key = freshKey();
  expect(
    await post("/api/alerts/{alert_id}/confirm", { path: { alert_id: 3 }, key }),
  ).toBeUndefined();
  expect(asked[0]).toMatchObject({ method: "POST", url: "/api/alerts/3/confirm", key, body: "" });
  const area = { divisions: ["511921100208"] };
  answer = { status: 200, body: "{}" };
  await post("/api/alerts/{alert_id}/widen", { path: { alert_id: 3 }, body: { area } });
  expect(JSON.parse(asked[1]?.body ?? "")).toEqual({ area });
});

it("deletes a resource", async () => {
  answer.status = 204;
  await remove("/api/sessions/current");
  expect(asked[0]).toMatchObject({ method: "DELETE", url: "/api/sessions/current" });
});

it("throws a refusal with every reason", async () => {
  answer = { status: 409, body: '{"detail": "not yet", "reasons": ["3 people", "1 call"]}' };
  const error = await refused(get("/api/alerts"));
  expect(error).toBeInstanceOf(Refusal);
  expect(error).toMatchObject({ status: 409, message: "not yet", reasons: ["3 people", "1 call"] });
  expect(mayTryAgain(error)).toBe(false);
});

it("distinguishes errors worth a retry", async () => {
  answer = { status: 503, body: '{"detail": "Nothing was recorded"}' };
  expect(mayTryAgain(await refused(get("/api/alerts")))).toBe(true);
  answer = { status: 502, body: "<html>" };
  const behindProxy = await refused(get("/api/alerts"));
  expect(behindProxy).toMatchObject({ status: 502, reasons: [] });
  expect(mayTryAgain(behindProxy)).toBe(true);
});

it("notices when the service is unreachable and when it returns", async () => {
  server.closeAllConnections();
  const { port } = server.address() as AddressInfo;
  server.close();
  const error = await refused(get("/api/alerts"));
  expect(error).toBeInstanceOf(Unreachable);
  expect(mayTryAgain(error)).toBe(true);
  expect(reachable.value).toBe(false);
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  await get("/api/alerts");
  expect(reachable.value).toBe(true);
});

it("treats a truncated answer as no answer", async () => {
  answer.body = '{"half';
  expect(await refused(get("/api/alerts"))).toBeInstanceOf(Unreachable);
});

it("redirects to sign-in when the session is over, with the address to return to", async () => {
  answer = { status: 401, body: '{"detail": "sign in"}' };
  expect(await refused(get("/api/alerts"))).toMatchObject({ status: 401 });
  expect(location.pathname + location.search).toBe("/sign-in?next=%2Fdoors%3Fx%3D1");
});

it("says at sign-in that a session ended, if there was one on this device", async () => {
  answer = { status: 401, body: '{"detail": "sign in"}' };
  localStorage.setItem("session", "{}");
  await refused(get("/api/alerts"));
  localStorage.clear();
  expect(location.search).toBe("?next=%2Fdoors%3Fx%3D1&why=ended");
});

it("does not redirect after a call that is refused because the officer signs out", async () => {
  answer = { status: 503, body: "{}" };
  await refused(leaving(() => remove("/api/sessions/current")));
  answer = { status: 401, body: "{}" };
  await refused(get("/api/alerts"));
  expect(location.pathname).toBe("/sign-in");

  history.replaceState(null, "", "/doors");
  await refused(leaving(() => remove("/api/sessions/current")));
  expect(location.pathname).toBe("/sign-in");

  history.replaceState(null, "", "/doors");
  answer = { status: 204, body: "" };
  await leaving(() => remove("/api/sessions/current"));
  answer = { status: 401, body: "{}" };
  await refused(get("/api/alerts"));
  expect(location.pathname).toBe("/doors");

  dispatchEvent(new Event("pageshow"));
  await refused(get("/api/alerts"));
  expect(location.pathname).toBe("/sign-in");
});

it("keeps the stable code of a refusal", async () => {
  answer = { status: 403, body: '{"detail": "not you", "code": "forbidden"}' };
  expect(await refused(get("/api/alerts"))).toMatchObject({ code: "forbidden" });
});

it("makes a different idempotency key each time", () => {
  const keys = new Set(Array.from({ length: 100 }, freshKey));
  expect(keys.size).toBe(100);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
});
