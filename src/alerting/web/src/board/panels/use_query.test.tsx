import { signal } from "@preact/signals";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FeedEventBody } from "../../api";
import type { EventKind } from "../event_kinds";
import type { Feed } from "../../feed";
import { Query, useQuery } from "./use_query";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Return a query that answers 1, 2, 3 ... after 50 ms. */
function counting(): () => Promise<number> {
  let asked = 0;
  return () => new Promise((resolve) => setTimeout(() => resolve(++asked), 50));
}

describe("a query's refresh", () => {
  it("coalesces many hints and follows the first soon", async () => {
    const query = new Query(counting());
    for (let hint = 0; hint < 500; hint += 1) query.hint();
    await vi.advanceTimersByTimeAsync(400);
    expect(query.value.value).toBe(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(query.value.value).toBe(1);
  });

  it("comes at most once every three seconds, and continues under steady hints", async () => {
    const query = new Query(counting());
    for (let tenth = 0; tenth < 300; tenth += 1) {
      query.hint();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(query.value.value).toBeGreaterThanOrEqual(9);
    expect(query.value.value).toBeLessThanOrEqual(11);
  });

  it("follows a hint that comes while a query is in flight", async () => {
    const query = new Query(counting());
    void query.refresh();
    await vi.advanceTimersByTimeAsync(10);
    query.hint();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(query.value.value).toBe(2);
  });

  it("comes at once after a user's action", async () => {
    const query = new Query(counting());
    void query.refresh();
    await vi.advanceTimersByTimeAsync(60);
    void query.refresh();
    await vi.advanceTimersByTimeAsync(60);
    expect(query.value.value).toBe(2);
  });

  it("keeps the last answer beside the error of a failed refresh", async () => {
    const answers = [Promise.resolve("before"), Promise.reject(new Error("away"))];
    const query = new Query(() => answers.shift() ?? Promise.resolve("after"));
    await query.refresh();
    await query.refresh();
    expect([query.value.value, String(query.error.value)]).toEqual(["before", "Error: away"]);
    await query.refresh();
    expect([query.value.value, query.error.value]).toEqual(["after", null]);
  });

  it("ends with the page", async () => {
    const query = new Query(counting());
    query.hint();
    query.close();
    await vi.advanceTimersByTimeAsync(10_000);
    query.hint();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(query.value.value).toBeNull();
  });
});

describe("a panel's query", () => {
  const state = signal<{ total: number } | null>({ total: 1 });
  const listeners = new Set<(events: readonly FeedEventBody[]) => void>();
  const feed = {
    state,
    listen: (listener: (events: readonly FeedEventBody[]) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as Feed;
  const happens = (kind: EventKind): void => {
    const event = { seq: 1, at: "t", kind } as FeedEventBody;
    for (const listener of listeners) listener([event]);
  };
  const place = document.createElement("div");

  function Shown({ about }: { about: string }): string {
    const { value } = useQuery<number>(
      feed,
      load,
      {
        kinds: ["task.opened", "task.closed"],
        state: (known) => (known as unknown as { total: number }).total,
      },
      about,
    );
    return `${about}:${value.value}`;
  }
  let load = counting();

  async function shows(about: string, expected: string): Promise<void> {
    await act(() => render(<Shown about={about} />, place));
    await act(async () => void (await vi.advanceTimersByTimeAsync(4_000)));
    expect(place.textContent).toBe(expected);
  }

  it("is repeated for relevant changes only", async () => {
    load = counting();
    await shows("a", "a:1");
    happens("officer.called");
    await shows("a", "a:1");
    happens("task.opened");
    await shows("a", "a:2");
    state.value = { total: 1 };
    await shows("a", "a:2");
    state.value = { total: 2 };
    await shows("a", "a:3");
    state.value = null;
    await shows("a", "a:3");
    state.value = { total: 2 };
    await shows("a", "a:4");
    await shows("b", "b:5");
    await act(() => render(null, place));
    expect(listeners.size).toBe(0);
  });
});
