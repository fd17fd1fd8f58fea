/** The preview: the texts, their recipients and channels, shown before sending. */

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { AlertRequest, PreviewBody } from "../api";
import { confirmAction } from "../confirm_dialog";
import { duration, language, list, number, texts, time } from "../language";
import { isEmpty } from "../map/drawn";
import { now } from "../session";
import type { Form } from "./form";
import { eventIn } from "./hazards";
import type { Raising, Shown } from "./raising";
import { Variants } from "./variants";
import { Warnings } from "./warnings";
import { t } from "./words";

const sizes = texts("raise.sizes");
const SECOND_MS = 1_000;

export function Preview({ raising, shown }: { raising: Raising; shown: Shown }): JSX.Element {
  const { form, texted } = raising.drafting.draft.value;
  const { request, preview } = shown;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  const isReal = request.status === "Actual";
  async function send(): Promise<void> {
    const sure =
      !(isReal || texted) ||
      (await confirmAction({
        title: isReal ? t().realAsk : t().sendExercise,
        text: texted ? t().textedAsk : t().realText,
        counts: [
          [t().toReach, t().reach({ households: preview.households, people: preview.people })],
        ],
        action: texted ? t().sendAnyway : t().sendReal,
        danger: true,
      }));
    if (sure) await raising.send();
  }
  const waiting = preview.waits_for_approval.map(
    (code) => form.places.find((place) => place.code === code)?.name ?? code,
  );
  return (
    <>
      <h2 ref={heading} tabIndex={-1}>
        {t().check}
      </h2>
      <p class={isReal ? "kind is-real" : "kind exercise"}>
        {isReal ? t().isReal : t().isExercise} {toWhom(request)}
      </p>
      <Warnings settings={raising.session.settings} preview={preview} />
      <div class="columns">
        <section>
          <p class="headline">
            <strong>{eventIn(request.event, raising.defaults.hazards, language.value)}</strong> ·{" "}
            {placeOf(form)} → <strong>{request.assembly_point ?? t().eachOwn}</strong>
          </p>
          {form.hazardPoint?.route && <p>{t().route({ route: form.hazardPoint.route })}</p>}
          {reachesHouseholds(request) && (
            <p class="reach">
              <span>{t().toReach}</span> <b>{number(preview.households)}</b>{" "}
              {t().households({ count: preview.households })} <b>{number(preview.people)}</b>{" "}
              {t().people({ count: preview.people })}
            </p>
          )}
          {waiting.length > 0 && <p class="told caution">{t().waits({ places: list(waiting) })}</p>}
          {preview.unplaced.length > 0 && <Unplaced villages={preview.unplaced} />}
          {!preview.calls_by_phone && (
            <p class="told caution">{t().noCalls({ after: duration(preview.door_after) })}</p>
          )}
          {preview.finishes_late && <p class="told caution">{t().late}</p>}
          <Variants settings={raising.session.settings} shown={shown} />
        </section>
        <Counts raising={raising} shown={shown} />
      </div>
      <div class="act">
        <button type="button" onClick={() => raising.change()}>
          {t().back}
        </button>
        <button type="button" class="danger" disabled={raising.busy.value} onClick={send}>
          {isReal ? t().send : t().sendExercise}
        </button>
      </div>
    </>
  );
}

/** Return the place in words: the hazard point and its village, the drawn area, or the places. */
function placeOf({ hazardPoint, drawn, places }: Form): string {
  if (hazardPoint) return `${hazardPoint.name} (${hazardPoint.place})`;
  return isEmpty(drawn) ? list(places.map(({ name }) => name)) : t().drawnArea;
}

function reachesHouseholds({ exercise }: AlertRequest): boolean {
  return exercise == null || exercise.size === "everybody";
}

/** Return in words whom an exercise reaches; empty if it reaches everybody. */
function toWhom(request: AlertRequest): string {
  const { exercise } = request;
  if (exercise == null || reachesHouseholds(request)) return "";
  if (exercise.size === "officers") return sizes().officersOnly;
  return sizes().onePhoneOnly({ whose: exercise.household ?? exercise.officer ?? "" });
}

function Counts({ raising, shown }: { raising: Raising; shown: Shown }): JSX.Element {
  const { preview, request } = shown;
  const copies = Object.values(preview.languages).reduce((sum, each) => sum + each, 0);
  const left = (Date.parse(preview.predicted_finish) - now(raising.session).getTime()) / SECOND_MS;
  const finish = t().finishAt({
    when: time(preview.predicted_finish),
    after: duration(Math.max(1, left)),
  });
  const ofHouseholds: readonly (readonly [string, string])[] = [
    [t().vulnerable, number(preview.vulnerable_households)],
    [t().withoutPhone, number(preview.households_without_phone)],
    [t().inCare, number(preview.households_in_care)],
  ];
  const counts: readonly (readonly [string, string])[] = [
    ...(reachesHouseholds(request) ? ofHouseholds : []),
    [t().officers, number(preview.officers)],
    [t().textsSent, t().textsAndSegments({ count: copies, segments: preview.segments })],
    [t().finish, finish],
    [t().cost, `${number(preview.cost)} ${preview.currency}`],
  ];
  return (
    <dl class="counts">
      {counts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The villages whose households a drawn area may miss. */
function Unplaced({ villages }: { villages: PreviewBody["unplaced"] }): JSX.Element {
  const total = villages.reduce((sum, { households }) => sum + households, 0);
  const named = villages.map(({ name, households }) => `${name} ${number(households)}`);
  return (
    <p class="told caution">
      {t().unplaced({ households: total })} ({list(named)})
    </p>
  );
}
