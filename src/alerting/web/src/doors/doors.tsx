/** The officer's page: confirm calls, visit doors, and check people in at the assembly point. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { texts } from "../language";
import type { Status } from "../api";
import { statusOf } from "../session";
import { Failure, Shell } from "../shell";
import { Calls } from "./calls";
import { CheckIn } from "./check_in";
import { DoorCard } from "./door_card";
import { consent, follow, position } from "./geolocation";
import { Gone } from "./gone";
import { Others } from "./others";
import { Queue } from "./queue";
import { Scanned } from "./scanned";
import { StorageTrouble } from "./storage_trouble";
import { roundOf, type RoundDoor } from "./round";
import { TakeAll } from "./take_all";
import type { DoorsStore } from "./doors_store";
import "./doors.css";

const t = texts("doors.page");

/** Roles that may check in at the assembly point; mirrors the service's `alerting.access.rules`. */
const CHECKS_IN = new Set(["grid_officer", "duty_officer", "town_commander"]);

export function Doors({ store }: { store: DoorsStore }): JSX.Element {
  const tab = useSignal<"doors" | "check_in">("doors");
  const { me } = store.session;
  const { cache, outbox, now, failure } = store;
  const round = roundOf(cache.value, outbox.entries.value, position.value, now.value);
  const left = round.filter(({ stage }) => stage === "todo").length;
  return (
    <Shell title={t().title} me={me} status={frame(store)} unkept={store.unkept.deeds}>
      <div class="doors">
        <StorageTrouble store={store} />
        <Queue store={store} />
        <Calls store={store} />
        <Failure error={failure.value} />
        <Scanned store={store} />
        {tab.value === "doors" ? <Round round={round} store={store} /> : <CheckIn store={store} />}
      </div>
      {CHECKS_IN.has(me.role) && (
        <nav class="tabs" aria-label={t().sections}>
          {(["doors", "check_in"] as const).map((name) => (
            <button
              key={name}
              type="button"
              aria-current={tab.value === name ? "page" : undefined}
              onClick={() => (tab.value = name)}
            >
              {name === "doors" ? t().doors({ count: left }) : t().checkIn}
            </button>
          ))}
        </nav>
      )}
    </Shell>
  );
}

interface RoundProps {
  readonly round: readonly RoundDoor[];
  readonly store: DoorsStore;
}

function Round({ round, store }: RoundProps): JSX.Element {
  const before = round.filter(({ stage }) => stage !== "reported");
  const reported = round.filter(({ stage }) => stage === "reported");
  return (
    <>
      {consent.value === "unasked" && before.some(({ door }) => door.latitude !== null) && (
        <button type="button" onClick={follow}>
          {t().nearest}
        </button>
      )}
      {before.length === 0 && <p>{t().none}</p>}
      <TakeAll doors={before.map(({ door }) => door)} store={store} />
      <ul class="plain-list round">
        {before.map((one) => (
          <DoorCard key={keyOf(one)} one={one} store={store} />
        ))}
      </ul>
      <Gone store={store} />
      <Others store={store} />
      {reported.length > 0 && (
        <details class="others">
          <summary>{t().reported({ count: reported.length })}</summary>
          <ul class="plain-list round">
            {reported.map((one) => (
              <DoorCard key={keyOf(one)} one={one} store={store} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function keyOf({ door }: RoundDoor): string {
  return `${door.alert}/${door.household}`;
}

/** Return the status for the page's frame: Exercise only if no alert here is actual. */
function frame({ cache, session }: DoorsStore): Status {
  const [first, ...others] = cache.value.alerts.map(({ status }) => status);
  if (!first) return statusOf(session);
  return others.every((status) => status === first) ? first : "Actual";
}
