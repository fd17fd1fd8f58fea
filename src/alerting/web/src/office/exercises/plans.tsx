/** The calendar of exercises: future ones with a button to cancel, and outcomes of past ones. */

import type { JSX } from "preact";
import type { PlanOutcomeBody, UpcomingBody } from "../../api";
import { confirmAction } from "../../confirm_dialog";
import { language, texts } from "../../language";
import { Failure } from "../../shell";
import type { Session } from "../../session";
import { dateAndTime } from "../duty/wall_time";
import { PlanForm } from "./plan_form";
import type { PlanStore } from "./plan_store";

const t = texts("office.exercises");

interface Props {
  readonly store: PlanStore;
  readonly session: Session;
}

export function Plans({ store, session }: Props): JSX.Element | null {
  const plans = store.plans.value;
  if (plans === null) return <Failure error={store.failure.value} />;
  const { hazards } = session.settings;
  return (
    <>
      <h2>{t().upcoming}</h2>
      <Failure error={store.failure.value} />
      {plans.upcoming.length === 0 && <p>{t().noneUpcoming}</p>}
      <ul class="rows upcoming">
        {plans.upcoming.map((plan) => (
          <Upcoming key={plan.id} plan={plan} store={store} what={nameOf(plan, session)} />
        ))}
      </ul>
      <More store={store} list="upcoming" />
      {session.me.role !== "administrator" && (
        <details>
          <summary>{t().plan}</summary>
          <PlanForm store={store} hazards={hazards} zone={plans.time_zone} />
        </details>
      )}
      {plans.past.length > 0 && (
        <details>
          <summary>{t().past}</summary>
          <ul class="rows past">
            {plans.past.map((each) => (
              <Past key={`${each.plan} ${each.due}`} past={each} what={nameOf(each, session)} />
            ))}
          </ul>
          <More store={store} list="past" />
        </details>
      )}
    </>
  );
}

/** The button for the next page of a list; nothing on the last page. */
function More({
  store,
  list,
}: {
  store: PlanStore;
  list: "upcoming" | "past";
}): JSX.Element | null {
  if (!store.plans.value?.[`more_${list}`]) return null;
  return (
    <button type="button" disabled={store.changes.busy.value} onClick={() => void store.more(list)}>
      {list === "upcoming" ? t().moreUpcoming : t().morePast}
    </button>
  );
}

/** Return a planned exercise in words: Officers, landslide, Qianfo. */
function nameOf({ size, hazard, name }: UpcomingBody | PlanOutcomeBody, session: Session): string {
  const found = session.settings.hazards.find(({ id }) => id === hazard);
  return [t()[size], found?.names[language.value] ?? hazard, name].join(" · ");
}

interface UpcomingProps {
  readonly plan: UpcomingBody;
  readonly store: PlanStore;
  readonly what: string;
}

function Upcoming({ plan, store, what }: UpcomingProps): JSX.Element {
  const when = dateAndTime(plan.due);
  async function cancel(): Promise<void> {
    const title = t().cancelOf({ what, when });
    const question = { title, text: t().cancelling, action: t().cancel, danger: true };
    if (await confirmAction(question)) await store.cancel(plan.id);
  }
  return (
    <li>
      <p>
        <time dateTime={plan.due}>{when}</time> {plan.monthly && t().monthly}
      </p>
      <p>
        <strong>{what}</strong>
      </p>
      <p>{t().plannedBy({ name: plan.planned_by })}</p>
      {plan.may_cancel && (
        <button
          type="button"
          aria-label={t().cancelOf({ what, when })}
          disabled={store.changes.busy.value}
          onClick={() => void cancel()}
        >
          {t().cancel}
        </button>
      )}
    </li>
  );
}

function Past({ past, what }: { past: PlanOutcomeBody; what: string }): JSX.Element {
  const { alert, chinese, detail, due, number, outcome } = past;
  const isChinese = language.value === "zh" && chinese !== "";
  return (
    <li>
      <p>
        <time dateTime={due}>{dateAndTime(due)}</time> <strong>{what}</strong>
      </p>
      <p class={outcome === "raised" ? "" : "lack"}>
        {t()[outcome]} {alert !== null && <a href={`/board/${alert}`}>#{number}</a>}{" "}
        {isChinese ? chinese : <span lang="en">{detail}</span>}
      </p>
    </li>
  );
}
