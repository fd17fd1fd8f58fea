/** Readiness: how an alert to everybody would go tonight, who would be missed, what to repair. */

import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { GapBody, ReadyPlaceBody } from "../../api";
import { dayAndTime, duration, number, texts } from "../../language";
import type { Me } from "../../me";
import { Failure } from "../../shell";
import { DivisionChoice } from "../division_choice";
import { ReadinessStore } from "./readiness_store";

const t = texts("office.readiness");
const reasons = texts("office.gaps");
const withheld = texts("office.withheld");

const MINUTE = 60;

/** The page on which each kind of gap is repaired; only administrators may open these. */
const PAGES: Readonly<Record<string, string>> = {
  household: "/admin/households",
  officer: "/admin/officers",
  division: "/admin/divisions",
};

export function ReadinessPage({ me }: { me: Me }): JSX.Element {
  const store = useMemo(() => new ReadinessStore(me.division), [me.division]);
  useEffect(() => void store.read(), [store]);
  const found = store.found.value;
  const blockedBy = found?.blocked_by ?? null;
  return (
    <>
      <p class="hint">{t().explain}</p>
      <DivisionChoice
        label={t().where}
        top={me.division}
        choose={(division) => void store.read(division)}
      />
      {blockedBy !== null && <p class="lack">{t().blocked({ code: String(blockedBy) })}</p>}
      <button
        type="button"
        disabled={store.busy.value || blockedBy !== null}
        onClick={() => void store.look()}
      >
        {store.busy.value ? t().looking : t().look}
      </button>
      <Failure error={store.failure.value} />
      {found !== null && found.at === null && (
        <p>{found.has_households ? t().never : withheld().nobody_on_roll}</p>
      )}
      {found !== null && found.at !== null && (
        <>
          <p>{t().asOf({ when: dayAndTime(found.at), age: ageOf(found.at) })}</p>
          <p class={found.missed > 0 ? "lack" : ""}>
            {found.missed > 0 ? t().missed({ households: found.missed }) : t().nobodyMissed}
          </p>
          {found.whole && <p>{timeOf(found.whole)}</p>}
          <Parts parts={found.parts} />
          <Gaps store={store} me={me} />
        </>
      )}
    </>
  );
}

function ageOf(instant: string): string {
  return duration((Date.now() - Date.parse(instant)) / 1000);
}

/** Return the predicted time until nobody in a division is unaccounted, or why there is none. */
export function timeOf({ earliest, latest, withheld: reason }: ReadyPlaceBody): string {
  if (earliest === null || latest === null) return withheld()[reason ?? "nobody_on_roll"];
  // The model is not precise to seconds.
  if (earliest < MINUTE) return t().within({ latest: duration(Math.max(MINUTE, latest)) });
  return t().zero({ earliest: duration(earliest), latest: duration(latest) });
}

function Parts({ parts }: { parts: readonly ReadyPlaceBody[] }): JSX.Element | null {
  if (parts.length === 0) return null;
  return (
    <>
      <h2>{t().parts}</h2>
      <ul class="rows ready">
        {parts.map((part) => (
          <li key={part.division}>
            <p>
              <strong>{part.name}</strong>{" "}
              {t().people({ households: part.households, people: number(part.people) })}
            </p>
            <p>{timeOf(part)}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

function Gaps({ store, me }: { store: ReadinessStore; me: Me }): JSX.Element {
  const gaps = store.gaps.value;
  return (
    <>
      <h2>{t().mend}</h2>
      {gaps.length === 0 && <p>{t().none}</p>}
      <ul class="rows gaps">
        {gaps.map((gap) => (
          <li key={`${gap.reason} ${gap.subject}`}>
            <Gap gap={gap} mayMend={me.role === "administrator"} />
          </li>
        ))}
      </ul>
      {store.after.value !== null && (
        <button type="button" disabled={store.busy.value} onClick={() => void store.more()}>
          {t().more}
        </button>
      )}
    </>
  );
}

function Gap({ gap, mayMend }: { gap: GapBody; mayMend: boolean }): JSX.Element {
  const page = mayMend ? PAGES[gap.about] : undefined;
  const name = gap.name || gap.subject;
  const words = reasons()[gap.reason];
  return (
    <>
      <p>
        <strong>{name}</strong> <span class="code">{gap.subject}</span>
      </p>
      <p>
        {typeof words === "string" ? words : words({ count: gap.number })}{" "}
        {page !== undefined && (
          <a
            href={`${page}?search=${encodeURIComponent(gap.subject)}`}
            aria-label={t().mendOf({ name })}
          >
            {t().toMend}
          </a>
        )}
      </p>
    </>
  );
}
