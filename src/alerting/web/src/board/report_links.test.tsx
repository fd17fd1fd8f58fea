import { afterEach, expect, it, vi } from "vitest";
import { drawn } from "./drawing";
import { ReportLinks } from "./report_links";

const TEXT = "快报\n应转移：11户28人";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function pressed(writeText: (text: string) => Promise<void>): Promise<HTMLElement> {
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ text: TEXT })));
  vi.spyOn(navigator.clipboard, "writeText").mockImplementation(writeText);
  const place = await drawn(<ReportLinks alert={7} division="5119" />);
  place.querySelector("button")?.click();
  await vi.waitFor(() => expect(place.querySelector("[role=status]")?.textContent).not.toBe(""));
  return place;
}

it("links to the report of the division shown, in the language shown", async () => {
  const place = await drawn(<ReportLinks alert={7} division="5119" />);
  expect(place.querySelector("a")?.getAttribute("href")).toBe(
    "/alerts/7/report?division=5119&lang=en",
  );
});

it("copies the bulletin and shows it", async () => {
  const copied: string[] = [];
  const place = await pressed((text) => {
    copied.push(text);
    return Promise.resolve();
  });
  expect(copied).toEqual([TEXT]);
  expect(place.querySelector("textarea")?.value).toBe(TEXT);
  expect(place.querySelector("[role=status]")?.textContent).toBe("Copied");
});

it("asks the user to select the text if the browser cannot copy it", async () => {
  const place = await pressed(() => Promise.reject(new Error("not allowed")));
  expect(place.querySelector("textarea")?.value).toBe(TEXT);
  expect(place.querySelector("[role=status]")?.textContent).toBe("Select the text and copy it");
});
