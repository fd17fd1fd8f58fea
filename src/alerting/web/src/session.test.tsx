import "fake-indexeddb/auto";
import { render } from "preact";
import { act } from "preact/test-utils";
import { useSignal } from "@preact/signals";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Device } from "./doors/device";
import { EMPTY_CACHE } from "./doors/server_cache";
import { KEPT } from "./kept";
import { now, start, type Session } from "./session";

const ME = { id: "grid", name: "Li", role: "grid_officer", division: "511921100208" };
const SETTINGS = { is_drill: false, clock_speed: 1, time_zone: null, home_language: "zh" };
const KEPT_SESSION = {
  me: ME,
  settings: { ...SETTINGS, alert_now: "2026-08-29T05:00:00Z" },
  clock: { speed: 1, alert: 0, device: 0 },
};

let place: HTMLElement;
let answer: (status: number, me?: object) => void;

beforeEach(() => {
  document.body.replaceChildren((place = document.createElement("div")));
  place.id = "app";
  localStorage.clear();
  vi.spyOn(location, "assign").mockImplementation(() => undefined);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const waiting: ((status: number, me: object) => void)[] = [];
  answer = (status, me = ME) => waiting.forEach((each) => each(status, me));
  vi.stubGlobal(
    "fetch",
    (url: string) =>
      new Promise<Response>((resolve) =>
        waiting.push((status, me) => {
          const body = url === "/api/me" ? me : { ...SETTINGS, alert_now: "2026-08-29T06:00:00Z" };
          resolve(Response.json(body, { status }));
        }),
      ),
  );
});

afterEach(() => {
  render(null, place);
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function Page({ session }: { session: Session }) {
  const typed = useSignal(0);
  return <button onClick={() => (typed.value += 1)}>{`${session.me.name} ${typed.value}`}</button>;
}

async function begun(kept: object | null): Promise<Promise<void>> {
  if (kept) localStorage.setItem(KEPT, JSON.stringify(kept));
  return start("alerts", (session) => <Page session={session} />);
}

async function pass(ms: number): Promise<void> {
  // After this the page's texts are loaded.
  await vi.dynamicImportSettled();
  await act(() => vi.advanceTimersByTimeAsync(ms).then(() => undefined));
}

it("shows the stored session if the answer is slow, and keeps typed input", async () => {
  void begun(KEPT_SESSION);
  await pass(1_900);
  expect(place.textContent).toBe("");
  await pass(200);
  expect(place.textContent).toBe("Li 0");
  await act(() => place.querySelector("button")?.click());
  answer(200);
  await pass(0);
  expect(place.textContent).toBe("Li 1");
  expect(localStorage.getItem(KEPT)).toContain("06:00:00");
});

it("starts over if somebody else is signed in now", async () => {
  void begun(KEPT_SESSION);
  await pass(2_100);
  await act(() => place.querySelector("button")?.click());
  answer(200, { ...ME, id: "other", name: "Wang" });
  await pass(0);
  expect(place.textContent).toBe("Wang 0");
});

it("skips the stored session if the answer is quick", async () => {
  void begun({ ...KEPT_SESSION, me: { ...ME, name: "before" } });
  await pass(0);
  answer(200);
  await pass(3_000);
  expect(place.textContent).toBe("Li 0");
});

it("deletes the session and the doors of a signed-out officer", async () => {
  const device = new Device();
  await device.run((database) => database.put("seen", EMPTY_CACHE, "grid"));
  const started = begun(KEPT_SESSION);
  await pass(0);
  answer(401);
  vi.useRealTimers();
  await started;
  expect(localStorage.getItem(KEPT)).toBeNull();
  expect(await device.run((database) => database.count("seen"))).toBe(0);
  device.close();
});

it("follows a drill's clock, whose speed changes", async () => {
  const drill = { ...SETTINGS, is_drill: true, clock_speed: 40 };
  let settings = { ...drill, alert_now: "2026-08-29T06:00:00Z" };
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"],
  });
  vi.stubGlobal("fetch", async (url: string) => Response.json(url === "/api/me" ? ME : settings));
  let session: Session | undefined;
  await start("alerts", (begun) => <Page session={(session = begun)} />);
  settings = { ...drill, clock_speed: 5, alert_now: "2026-08-29T06:01:00Z" };
  await pass(2_000);
  if (!session) throw new Error("no page was drawn");
  expect(now(session).toISOString()).toBe("2026-08-29T06:01:00.000Z");
  await pass(1_000);
  expect(now(session).toISOString()).toBe("2026-08-29T06:01:05.000Z");
});
