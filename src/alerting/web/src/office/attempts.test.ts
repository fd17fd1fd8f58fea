import { expect, it } from "vitest";
import { Attempts } from "./attempts";

it("does nothing at a second tap while the first is under way", async () => {
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

it("tries again after a failure, and then forgets it", async () => {
  const attempts = new Attempts();
  const failure = new Error("away");
  expect(await attempts.run(() => Promise.reject(failure))).toBe(false);
  expect(attempts.failure.value).toBe(failure);
  expect(await attempts.run(() => Promise.resolve())).toBe(true);
  expect(attempts.failure.value).toBeNull();
});
