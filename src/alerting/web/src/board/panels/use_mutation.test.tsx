import { render, type JSX } from "preact";
import { act as settle } from "preact/test-utils";
import { expect, it } from "vitest";
import { Refusal, Unreachable } from "../../client";
import { useMutation, type Mutation } from "./use_mutation";

const place = document.createElement("div");
let it_: Mutation;

function Component(): JSX.Element {
  it_ = useMutation();
  return <p>{it_.told.value}</p>;
}

async function begun(): Promise<Mutation> {
  await settle(() => render(null, place));
  await settle(() => render(<Component />, place));
  return it_;
}

it("keeps its idempotency key until it succeeds, whatever went wrong", async () => {
  const mutation = await begun();
  const keys: string[] = [];
  const failures: unknown[] = [new Unreachable("x"), new Refusal(503, "later", []), null, null];
  for (const failure of failures)
    await mutation.run("close", (key) => {
      keys.push(key);
      return failure ? Promise.reject(failure) : Promise.resolve("closed");
    });
  expect(new Set(keys.slice(0, 3)).size).toBe(1);
  expect(keys[3]).not.toBe(keys[0]);
});

it("has a different key for a different action", async () => {
  const mutation = await begun();
  const keys: string[] = [];
  for (const what of ["village a", "village b", "village a"])
    await mutation.run(what, (key) => {
      keys.push(key);
      return Promise.reject(new Unreachable("x"));
    });
  expect(keys[1]).not.toBe(keys[0]);
  expect(keys[2]).toBe(keys[0]);
});

it("keeps the key of a cancelled action and reports nothing", async () => {
  const mutation = await begun();
  const keys: string[] = [];
  for (const told of [null, "done"])
    await mutation.run("cancel", (key) => {
      keys.push(key);
      return Promise.resolve(told);
    });
  expect(keys[0]).toBe(keys[1]);
  expect(mutation.told.value).toBe("done");
});

it("shows the error until the next try", async () => {
  const mutation = await begun();
  const refused = new Refusal(409, "not zero", ["two people"]);
  await mutation.run("close", () => Promise.reject(refused));
  expect([mutation.error.value, mutation.told.value, mutation.busy.value]).toEqual([
    refused,
    null,
    false,
  ]);
  await mutation.run("close", () => Promise.resolve("closed"));
  expect([mutation.error.value, mutation.told.value]).toEqual([null, "closed"]);
});

it("runs once at a time", async () => {
  const mutation = await begun();
  let done = 0;
  const work = (): Promise<string> => new Promise((end) => setTimeout(() => end(`${++done}`), 20));
  await Promise.all([mutation.run("x", work), mutation.run("x", work)]);
  expect(done).toBe(1);
});
