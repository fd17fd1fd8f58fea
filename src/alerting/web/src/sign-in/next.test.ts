import { afterEach, expect, it } from "vitest";
import { START } from "../start_page";
import { next } from "./next";

const page = window as unknown as { happyDOM: { setURL(url: string): void } };

function asked(query: string): string {
  page.happyDOM.setURL(`https://alerting.example/sign-in?${query}`);
  return next();
}

afterEach(() => page.happyDOM.setURL("about:blank"));

it.each(["/board/1", "/passkeys?officer=a", "/doors#household=1"])("goes on to %s", (path) => {
  expect(asked(`next=${encodeURIComponent(path)}`)).toBe(path);
});

it.each([
  "https://evil.example/",
  "//evil.example/",
  "/\\evil.example/",
  "\\\\evil.example/",
  "javascript:alert(1)",
  "data:text/html,x",
  "https://",
  "http://alerting.example/",
])("does not go to %s", (elsewhere) => {
  expect(asked(`next=${encodeURIComponent(elsewhere)}`)).toBe(START);
});

it("goes to the start page of the officer's role if no page led here", () => {
  expect(asked("")).toBe(START);
});
