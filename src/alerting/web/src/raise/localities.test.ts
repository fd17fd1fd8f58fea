import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ownLocality, remembered } from "./localities";

const QIANFO = {
  code: "511921100208",
  name: "千佛村",
  tier: "village",
  middle: null,
  parts: [],
  assembly_point: "村小学",
};

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

function network(answer: () => Response): void {
  vi.stubGlobal("fetch", () => Promise.resolve().then(answer));
}

it("stores the answer about the user's village for use without a network", async () => {
  expect(remembered(QIANFO.code)).toBeNull();
  network(() => Response.json(QIANFO));
  expect(await ownLocality(QIANFO.code)).toEqual(QIANFO);
  network(() => {
    throw new TypeError("no network");
  });
  expect(await ownLocality(QIANFO.code)).toBeNull();
  expect(remembered(QIANFO.code)).toEqual(QIANFO);
  expect(remembered("511921100209")).toBeNull();
});
