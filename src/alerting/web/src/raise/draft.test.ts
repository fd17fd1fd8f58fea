import { beforeEach, expect, it } from "vitest";
import type { AlertRequest } from "../api";
import { Drafting } from "./draft";
import { emptyForm, requestOf } from "./form";
import { HAZARDS } from "./samples";

const EMPTY = emptyForm("Actual");
const REQUEST = requestOf(
  { ...EMPTY, hazard: "landslide", places: [{ code: "511921100208", name: "千佛村" }] },
  { instruction: "立即撤离", hazards: HAZARDS, raiser: "grid" },
);

beforeEach(() => sessionStorage.clear());

/** Reload the page in the same tab. */
function reloaded(): Drafting {
  return new Drafting(EMPTY);
}

it("keeps the form over a reload", () => {
  new Drafting(EMPTY).fill({ hazard: "collapse" });
  expect(reloaded().draft.value.form.hazard).toBe("collapse");
});

it("resends a request with the same key, even after a reload", () => {
  const first = new Drafting(EMPTY).attempt(REQUEST);
  expect(reloaded().draft.value.attempt).toEqual(first);
  expect(reloaded().attempt(REQUEST)).toEqual(first);
});

it("resends the original request, even if it is given another one", () => {
  const drafting = new Drafting(EMPTY);
  const first = drafting.attempt(REQUEST);
  drafting.fill({ hazard: "collapse" });
  const other: AlertRequest = { ...REQUEST, event: "崩塌" };
  expect(drafting.attempt(other)).toEqual(first);
  expect(drafting.draft.value.form.hazard).toBeNull();
});

it("has a new key once the attempt was refused or given up", () => {
  const drafting = new Drafting(EMPTY);
  const { key } = drafting.attempt(REQUEST);
  drafting.drop();
  expect(drafting.attempt(REQUEST).key).not.toBe(key);
});

it("remembers that the ready-made text was opened", () => {
  new Drafting(EMPTY).text();
  expect(reloaded().draft.value.texted).toBe(true);
});

it("keeps nothing once the alert is accepted", () => {
  const drafting = new Drafting(EMPTY);
  drafting.attempt(REQUEST);
  drafting.finish();
  expect(reloaded().draft.value).toEqual({ form: EMPTY, attempt: null, texted: false });
});
