import { expect, it } from "vitest";
import { LANGUAGES, load } from "./catalogue";

it("languages are listed by their own names", () => {
  expect(LANGUAGES.get("zh")?.name).toBe("中文");
  expect(LANGUAGES.get("en")?.name).toBe("English");
});

it("a part is loaded by language", async () => {
  const { "sign-in.page": page } = await load("en", "sign-in");
  expect(page?.send).toBe("Send the link");
  await expect(load("xx", "sign-in")).rejects.toThrow("no sign-in in 'xx'");
});
