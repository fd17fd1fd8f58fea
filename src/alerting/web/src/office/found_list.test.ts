import { expect, it } from "vitest";
import { FoundList, type Page } from "./found_list";

/** A list with two entries on each page, of which page "4" cannot be read. */
class Letters extends FoundList<string> {
  protected override async page(after: string): Promise<Page<string>> {
    const start = Number(after);
    if (start === 4) throw new Error("no answer");
    return { entries: [..."abcdef"].slice(start, start + 2), after: String(start + 2) };
  }
}

it("adds each next page, and begins again with a new search", async () => {
  const list = new Letters();
  await list.look();
  await list.more();
  expect(list.entries.value).toEqual(["a", "b", "c", "d"]);
  await list.look();
  expect(list.entries.value).toEqual(["a", "b"]);
  expect(list.after.value).toBe("2");
});

it("keeps its entries if the next page cannot be read", async () => {
  const list = new Letters();
  await list.look();
  await list.more();
  await list.more();
  expect(list.entries.value).toEqual(["a", "b", "c", "d"]);
  expect(list.failure.value).toEqual(new Error("no answer"));
  expect(list.busy.value).toBe(false);
});
