/** The page that raises an alert: fill in, preview, send. */

import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { reachable, Unreachable } from "../client";
import { statusOf, type Session } from "../session";
import { Failure, Shell } from "../shell";
import { Details, StatusChoice } from "./details";
import { HazardChoice } from "./hazard_choice";
import { HazardPoint } from "./hazard_point";
import { HazardPoints } from "./hazard_points";
import { PlaceChoice } from "./place_choice";
import { Preview } from "./preview";
import { Problem } from "./problem";
import "./raise.css";
import { Raising } from "./raising";
import { OpenText, ReadyMadeText } from "./ready_text";
import { Raised, Sending } from "./sending";
import { SizeChoice } from "./size_choice";
import { mayRaise } from "./who";
import { t } from "./words";

export function Raise({ session }: { session: Session }): JSX.Element {
  if (!mayRaise(session.me))
    return (
      <Shell title={t().title} me={session.me} status={statusOf(session)}>
        <p>{t().notAllowed}</p>
      </Shell>
    );
  return <Steps session={session} />;
}

function Steps({ session }: { session: Session }): JSX.Element {
  const raising = useMemo(() => new Raising(session), [session]);
  const { form, attempt } = raising.drafting.draft.value;
  const raised = raising.raised.value;
  const shown = raising.shown.value;
  return (
    <Shell title={t().title} me={session.me} status={form.status}>
      <div class="raise">
        {raised ? (
          <Raised raising={raising} raised={raised} />
        ) : attempt ? (
          <Sending raising={raising} />
        ) : shown ? (
          <Preview raising={raising} shown={shown} />
        ) : (
          <Filling raising={raising} />
        )}
      </div>
    </Shell>
  );
}

function Filling({ raising }: { raising: Raising }): JSX.Element {
  const failure = raising.failure.value;
  const unreachable = !reachable.value || failure instanceof Unreachable;
  const { missing, refused, sketch } = raising;
  const wrong = [failure, missing.value, refused.value, sketch.isRefused.value];
  useEffect(() => {
    document.querySelector(".raise .refused")?.scrollIntoView({ block: "center" });
  }, wrong);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void raising.look();
      }}
    >
      {unreachable && <ReadyMadeText raising={raising} />}
      <HazardPoints raising={raising} />
      <div class="columns">
        <div>
          <HazardChoice raising={raising} />
        </div>
        <div>
          <PlaceChoice raising={raising} />
          <AssemblyPoint raising={raising} />
          <StatusChoice raising={raising} />
          <SizeChoice raising={raising} />
          <HazardPoint raising={raising} />
          <Details raising={raising} />
        </div>
      </div>
      <Failure error={failure} />
      <div class="act">
        {unreachable && <OpenText raising={raising} />}
        <button type="submit" class={unreachable ? "" : "primary"} disabled={raising.busy.value}>
          {raising.busy.value ? t().looking : t().preview}
        </button>
      </div>
    </form>
  );
}

function AssemblyPoint({ raising }: { raising: Raising }): JSX.Element {
  const { form } = raising.drafting.draft.value;
  return (
    <div class="field">
      <label for="assembly-point">{t().assemblyPoint}</label>
      <input
        id="assembly-point"
        maxLength={40}
        value={form.assemblyPoint}
        placeholder={t().eachOwn}
        onInput={(event) => raising.drafting.fill({ assemblyPoint: event.currentTarget.value })}
      />
      <Problem raising={raising} of="assembly_point" />
    </div>
  );
}
