import { expect, it } from "vitest";
import { Attempts } from "./attempts";

it("ignores a second tap while the first is in progress", async () => {
  const attempts = new Attempts();
  let finish = (): void => undefined;
  const work = new Promise<void>((resolve) => (finish = resolve));
  let sent = 0;
  const send = (): Promise<void> => (sent++, work);
  const first = attempts.run(send);
  expect(attempts.busy.value).toBe(true);
  expect(await attempts.run(send)).toBe(false);
  finish();
  expect(await first).toBe(true);
  expect(sent).toBe(1);
  expect(attempts.busy.value).toBe(false);
});

it("can be tried again after a failure, and then clears the failure", async () => {
  const attempts = new Attempts();
  const failure = new Error("away");
  expect(await attempts.run(() => Promise.reject(failure))).toBe(false);
  expect(attempts.failure.value).toBe(failure);
  expect(await attempts.run(() => Promise.resolve())).toBe(true);
  expect(attempts.failure.value).toBeNull();
});
