/** The button that records that the officer sets off to all of their doors. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { TaskBody } from "../api";
import { post, reachable } from "../client";
import { texts } from "../language";
import { Failure } from "../shell";
import type { DoorsStore } from "./doors_store";

const t = texts("doors.take_all");

interface TakeAllProps {
  readonly doors: readonly TaskBody[];
  readonly store: DoorsStore;
}

export function TakeAll({ doors, store }: TakeAllProps): JSX.Element | null {
  const failure = useSignal<unknown>(null);
  const isBusy = useSignal(false);
  const left = doors.filter((door) => door.state === "open");
  if (left.length < 2) return null;

  async function take(): Promise<void> {
    isBusy.value = true;
    failure.value = null;
    try {
      for (const { id } of left) await post("/api/tasks/{task_id}/take", { path: { task_id: id } });
    } catch (error) {
      failure.value = error;
    }
    await store.refresh();
    isBusy.value = false;
  }
  return (
    <>
      <button type="button" disabled={isBusy.value || !reachable.value} onClick={() => void take()}>
        {t().act({ count: left.length })}
      </button>
      <Failure error={failure.value} />
    </>
  );
}
