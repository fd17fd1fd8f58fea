/** Doors assigned to other officers, so that no two teams knock at the same one. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { TaskBody } from "../api";
import { confirmAction } from "../confirm_dialog";
import { reachable } from "../client";
import { texts, time } from "../language";
import { Failure } from "../shell";
import { StandingBadge } from "../standing";
import { take } from "./take_and_hand_on";
import type { DoorsStore } from "./doors_store";
import { words } from "./words";
import { whyVulnerable } from "../vulnerable";

const t = texts("doors.others");

export function Others({ store }: { store: DoorsStore }): JSX.Element | null {
  const { others } = store.cache.value;
  if (others.length === 0) return null;
  return (
    <details class="others">
      <summary>{t().title({ count: others.length })}</summary>
      <ul class="plain-list">
        {others.map((door) => (
          <Other key={door.id} door={door} store={store} />
        ))}
      </ul>
    </details>
  );
}

function Other({ door, store }: { door: TaskBody; store: DoorsStore }): JSX.Element {
  const failure = useSignal<unknown>(null);
  async function takeOver(): Promise<void> {
    const { taken_at: takenAt } = door;
    const question = {
      title: t().taking({ name: door.head }),
      text: t().sure({ name: holder(door) }),
      action: t().take,
    };
    if (takenAt && !(await confirmAction(question))) return;
    try {
      failure.value = null;
      await take(door, store);
    } catch (error) {
      failure.value = error;
    }
  }
  return (
    <li class={`other ${door.taken_at ? "is-taken" : ""}`}>
      <div>
        <strong>{door.head}</strong> {words().people({ count: door.headcount })}{" "}
        {whyVulnerable(door.vulnerable)}
        <br />
        {door.address} {door.standing !== "unaccounted" && <StandingBadge of={door.standing} />}
        <br />
        {whose(door)}
        <Failure error={failure.value} />
      </div>
      <button type="button" disabled={!reachable.value} onClick={() => void takeOver()}>
        {t().take}
        <span class="hidden">{door.head}</span>
      </button>
    </li>
  );
}

function whose(door: TaskBody): string {
  if (door.officer === null) return t().nobodys;
  if (door.taken_at === null) return t().theirs({ name: holder(door) });
  return t().on_the_way({ name: holder(door), time: time(door.taken_at) });
}

function holder({ officer, officer_name: name }: TaskBody): string {
  return name ?? officer ?? "";
}
