/** One door: its residents, what is known, and the actions on it. */

import type { JSX } from "preact";
import type { TaskBody } from "../api";
import { duration, named, texts, time } from "../language";
import { now } from "../session";
import { nameOf, StandingBadge } from "../standing";
import { EntryLine } from "./entry_line";
import { Find } from "./find";
import { position } from "./geolocation";
import { distanceTo } from "./order";
import { TakeAndHandOn } from "./take_and_hand_on";
import type { RoundDoor } from "./round";
import type { DoorsStore } from "./doors_store";
import { metres, reportName, words } from "./words";
import { needsOf } from "../vulnerable";

const t = texts("doors.door_card");

interface CardProps {
  readonly one: RoundDoor;
  readonly store: DoorsStore;
}

export function DoorCard({ one: { door, latest, stage }, store }: CardProps): JSX.Element {
  const isDone = stage !== "todo";
  return (
    <li class={`door is-${stage}`} aria-label={`${door.head} ${door.address}`}>
      <div class="who">
        <div>
          <h3>
            {door.head} <span class="count">{words().people({ count: door.headcount })}</span>
            {needsOf(door.vulnerable).map((need) => (
              <span key={need} class="need">
                {need}
              </span>
            ))}
          </h3>
          <p class="where">
            {[...which(door, store), door.address, ...far(door)].join(" · ")}
            {!isDone && <Known door={door} store={store} />}
          </p>
        </div>
        {!isDone && door.phone && (
          <a class="button" href={`tel:${door.phone}`} aria-label={t().call({ name: door.head })}>
            <Phone />
          </a>
        )}
      </div>
      {latest && <EntryLine entry={latest} store={store} />}
      {!isDone && <Find at={door} door={door} store={store} />}
      {!isDone && (
        <details>
          <summary>{t().more}</summary>
          {door.persons.length > 0 && (
            <p>
              {t().persons}: {door.persons.join(", ")}
            </p>
          )}
          <p>
            {t().code}: {door.household}
          </p>
          <TakeAndHandOn door={door} store={store} />
        </details>
      )}
    </li>
  );
}

/** Return the name of the door's alert if there are several alerts, else nothing. */
function which({ alert }: TaskBody, { cache }: DoorsStore): string[] {
  const { alerts } = cache.value;
  const found = alerts.length > 1 ? alerts.find(({ id }) => id === alert) : undefined;
  if (!found) return [];
  return [
    `${found.status === "Actual" ? "" : `${words().drill} `}${named(found.event_names)} #${found.number}`,
  ];
}

/** Return the distance in words if it is known, else nothing. */
function far(door: TaskBody): string[] {
  const distance = distanceTo(door, position.value);
  return distance === null ? [] : [metres(distance)];
}

/** The standing, the last word with its source, and how long the household has been silent. */
function Known({ door, store }: { door: TaskBody; store: DoorsStore }): JSX.Element {
  const { last_word: word } = door;
  // Reads the tick, so that durations are updated each second.
  const instant = store.now.value && now({ ...store.session, clock: store.clock });
  const sent = store.cache.value.alerts.find(({ id }) => id === door.alert)?.sent;
  const since = (iso: string): string => duration((Number(instant) - Date.parse(iso)) / 1000);
  const shown = door.standing !== "unaccounted";
  return (
    <span class="known">
      {shown && <StandingBadge of={door.standing} />}
      {door.standing === "partly" && (
        <> {t().missing({ people: words().people({ count: door.unaccounted }) })} </>
      )}
      {word ? (
        <span>
          {t()[word.rung as "own"]} {time(word.given_at)}: {reportName(word.report, word.people)}
          {word.note && ` “${word.note}”`}
        </span>
      ) : (
        <span>{sent ? t().silent({ time: since(sent) }) : t().never}</span>
      )}
      {door.taken_at && <span>{t().going}</span>}
      {!shown && <span class="hidden">{nameOf(door.standing)}</span>}
    </span>
  );
}

function Phone(): JSX.Element {
  return (
    <svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true" fill="currentColor">
      <path d="M6.6 10.8a15 15 0 0 0 6.6 6.6l2.2-2.2a1 1 0 0 1 1-.25 11.4 11.4 0 0 0 3.6.57 1 1 0 0 1 1 1V20a1 1 0 0 1-1 1A17 17 0 0 1 3 4a1 1 0 0 1 1-1h3.5a1 1 0 0 1 1 1c0 1.25.2 2.45.57 3.57a1 1 0 0 1-.25 1z" />
    </svg>
  );
}
