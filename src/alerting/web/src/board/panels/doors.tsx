/** Doors to knock on: by state, village and officer, and the most urgent ones by name. */

import { useSignal, type ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import type { TaskBody } from "../../api";
import type { Feed } from "../../feed";
import { duration, number, texts, time } from "../../language";
import type { Session } from "../../session";
import { StandingBadge } from "../../standing";
import { rowsAtFirst } from "../wide";
import { byOfficer, byVillage, pending, sumDoors, type DoorsOf } from "./door_sums";
import type { DoorQueries } from "./door_queries";
import { Cell } from "./cell";
import { Panel } from "./panel";
import { placeName } from "./places";
import { Rows } from "./rows";
import { secondsSince, useTicking } from "../alert_clock";
import { words } from "./words";

const t = texts("board.doors");

const AT_FIRST = 8;

interface DoorsProps {
  readonly doors: DoorQueries;
  readonly feed: Feed;
  readonly session: Session;
}

export function Doors({ doors, feed, session }: DoorsProps): JSX.Element {
  const now = useTicking(session, feed);
  const counts = doors.counts.value.value;
  const sums = sumDoors(counts ?? []);
  return (
    <Panel
      id="panel-doors"
      title={t().title}
      told={
        counts === null
          ? words().loading
          : pending(sums)
            ? t().told({ open: sums.open, taken: sums.taken })
            : sums.settled
              ? t().all({ settled: sums.settled })
              : t().none
      }
      tone={sums.open ? "caution" : counts?.length ? "well" : "plain"}
      error={doors.counts.error.value ?? doors.tasks.error.value}
    >
      <p class="panel-rate">
        {t().sum({ open: sums.open, taken: sums.taken, settled: sums.settled, on: sums.passedOn })}
      </p>
      <Table
        of={byVillage(counts ?? [])}
        head={t().village}
        name={({ key }) => placeName(key)}
        now={now}
      />
      <Table
        of={byOfficer(counts ?? [])}
        head={t().officer}
        name={({ name }) => name || t().nobody}
        now={now}
      />
      <First tasks={doors.tasks.value} now={now} />
    </Panel>
  );
}

interface TableProps {
  readonly of: readonly DoorsOf[];
  readonly head: string;
  readonly name: (group: DoorsOf) => string;
  readonly now: ReadonlySignal<Date>;
}

/** The time by which somebody should be at the door, marked if it has passed. */
function Due({ at, now, words: told }: DueProps): JSX.Element {
  const late = secondsSince(at, now.value);
  if (late <= 0) return <small>{told}</small>;
  return <small class="is-late">{t().overdue({ late: duration(late) })}</small>;
}

interface DueProps {
  readonly at: string;
  readonly now: ReadonlySignal<Date>;
  readonly words: string;
}

function Table({ of, head, name, now }: TableProps): JSX.Element | null {
  const isWhole = useSignal(false);
  if (!of.length) return null;
  const shown = isWhole.value ? of : of.slice(0, rowsAtFirst(AT_FIRST));
  return (
    <>
      <div class="panel-scroll" tabIndex={0}>
        <table class="panel-table">
          <thead>
            <tr>
              <th scope="col">{head}</th>
              <th scope="col">{t().open}</th>
              <th scope="col">{t().taken}</th>
              <th scope="col">{t().settled}</th>
              <th scope="col">{t().passedOn}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((group) => (
              <tr key={group.key}>
                <th scope="row">
                  {name(group)}
                  {group.dueAt !== null && (
                    <Due at={group.dueAt} now={now} words={t().due({ at: time(group.dueAt) })} />
                  )}
                </th>
                <Cell of={group.open} />
                <Cell of={group.taken} />
                <Cell of={group.settled} />
                <Cell of={group.passedOn} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < of.length && (
        <button type="button" class="plain" onClick={() => (isWhole.value = true)}>
          {words().all} ({number(of.length)})
        </button>
      )}
    </>
  );
}

function First({
  tasks,
  now,
}: {
  tasks: ReadonlySignal<readonly TaskBody[] | null>;
  now: ReadonlySignal<Date>;
}): JSX.Element | null {
  const waiting = (tasks.value ?? []).filter(({ state }) => state === "open" || state === "taken");
  if (!waiting.length) return null;
  return (
    <section>
      <h3>{t().first}</h3>
      <Rows
        of={waiting}
        most={AT_FIRST}
        row={(task) => <Door key={task.id} of={task} now={now} />}
      />
    </section>
  );
}

function Door({ of, now }: { of: TaskBody; now: ReadonlySignal<Date> }): JSX.Element {
  const who = of.officer_name ?? of.officer ?? t().nobody;
  return (
    <li class="door">
      <StandingBadge of={of.standing} />
      <span>
        <strong>{of.head}</strong> <small>{[placeName(of.division), of.address].join(" · ")}</small>
      </span>
      <small>{[t()[of.cause], who].join(" · ")}</small>
      {of.state === "taken" ? (
        <small>{t().taken}</small>
      ) : (
        <Due at={of.due_at} now={now} words={time(of.due_at)} />
      )}
    </li>
  );
}
