/** The page to search, add, change, retire and import hazard points. */

import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { OfficeHazardPointBody } from "../../api";
import { language, texts } from "../../language";
import type { Session } from "../../session";
import { Failure } from "../../shell";
import { FoundRows } from "../found_rows";
import { SearchForm } from "../search_form";
import { PointForm } from "./point_form";
import { PointImport } from "./point_import";
import { PointList } from "./point_list";

const t = texts("office.points");
/** Used in place of a point's number when the form is for a new point. */
const NEW = "";

export function PointsPage({ session }: { session: Session }): JSX.Element {
  const list = useMemo(() => new PointList(), []);
  const edited = useSignal<string | null>(null);
  useEffect(() => void list.look(), [list]);
  const found = list.entries.value;
  function close(isChanged: boolean): void {
    edited.value = null;
    if (isChanged) void list.look();
  }
  return (
    <>
      <p class="hint">{t().explain}</p>
      <Search list={list} />
      <Failure error={list.failure.value} />
      {edited.value === NEW ? (
        <PointForm session={session} point={null} others={found ?? []} close={close} />
      ) : (
        <button type="button" onClick={() => (edited.value = NEW)}>
          {t().add}
        </button>
      )}
      <FoundRows
        list={list}
        words={t()}
        row={(point) => (
          <li key={point.code}>
            <Summary session={session} point={point} edited={edited} />
            {edited.value === point.code && (
              <PointForm session={session} point={point} others={found ?? []} close={close} />
            )}
          </li>
        )}
      />
      <PointImport done={() => void list.look()} />
    </>
  );
}

function Search({ list }: { list: PointList }): JSX.Element {
  return (
    <SearchForm list={list} words={t()} isBusy={list.busy.value}>
      <label class="choice">
        <input
          type="checkbox"
          checked={list.isRetired.value}
          onChange={(event) => (list.isRetired.value = event.currentTarget.checked)}
        />
        {t().retired}
      </label>
    </SearchForm>
  );
}

interface SummaryProps {
  readonly session: Session;
  readonly point: OfficeHazardPointBody;
  readonly edited: Signal<string | null>;
}

function Summary({ session, point, edited }: SummaryProps): JSX.Element {
  const hazard = session.settings.hazards.find(({ id }) => id === point.hazard);
  const facts = [
    hazard?.names[language.value] ?? point.hazard,
    t().threatens({ households: point.threatened_households, people: point.threatened_people }),
    ...(point.assembly_point ? [`→ ${point.assembly_point}`] : []),
  ];
  return (
    <>
      <p>
        <strong>{point.name}</strong> <span class="code">{point.code}</span>{" "}
        <span class="code">{point.division}</span>
      </p>
      <p>{facts.join(" · ")}</p>
      {edited.value !== point.code && (
        <button
          type="button"
          aria-label={t().editOf({ name: point.name })}
          onClick={() => (edited.value = point.code)}
        >
          {t().edit}
        </button>
      )}
    </>
  );
}
