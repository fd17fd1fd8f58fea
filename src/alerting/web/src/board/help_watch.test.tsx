import { signal } from "@preact/signals";
import { render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, describe, expect, it } from "vitest";
import type { FeedTallyBody } from "../api";
import { press } from "./drawing";
import { HelpWatch, SoundSwitch } from "./help_watch";
import { isOn } from "./sound";

let place: HTMLElement;
const division = signal("511921");

function calls(count: number): Record<string, FeedTallyBody> {
  return { "511921100208": { households: { needs_help: count }, people: {} } };
}

async function told(tallies: Record<string, FeedTallyBody>): Promise<void> {
  await act(() =>
    render(<HelpWatch tallies={tallies} nameOf={() => "千佛村"} division={division} />, place),
  );
}

beforeEach(() => {
  division.value = "511921";
  document.body.replaceChildren((place = document.createElement("div")));
});

describe("a new call for help", () => {
  it("is announced at once and stays until it is acknowledged", async () => {
    await told(calls(1));
    const region = place.querySelector("[aria-live=assertive]");
    expect(region?.textContent).toBe("");
    await told(calls(2));
    expect(region?.textContent).toContain("New call for help: 千佛村");
    await told({ ...calls(2) });
    expect(region?.textContent).toContain("千佛村");
    await press(place, "Seen");
    expect(region?.textContent).toBe("");
  });

  it("leads to its place", async () => {
    await told(calls(0));
    await told(calls(1));
    await press(place, "Show");
    expect(division.value).toBe("511921100208");
  });
});

it("the sound can be switched off, and the device remembers it", async () => {
  await act(() => render(<SoundSwitch />, place));
  expect(isOn.value).toBe(true);
  await press(place, "Help sound");
  expect(isOn.value).toBe(false);
  expect(localStorage.getItem("sound")).toBe("off");
  expect(place.textContent).toContain("off");
});
