/** The steps of the set-up: what is done, what is missing, and a link to each step. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { StepBody } from "../api";
import { get, post, put } from "../client";
import { texts } from "../language";
import type { Me } from "../me";
import { Failure } from "../shell";
import { IssuerForm } from "./policy/issuer";

const t = texts("office.start");
const states = texts("office.states");

/** The page on which each step is done; other steps explain themselves in words. */
const PLACES: Readonly<Partial<Record<StepBody["name"], string>>> = {
  divisions: "/admin/roster?kind=divisions",
  officers: "/admin/roster?kind=officers",
  households: "/admin/roster?kind=households",
  doors: "/admin/roster?kind=officers",
  assembly_points: "/admin/divisions",
  exercise: "/raise",
};

/** Steps that count what the roster holds. */
const ROSTER: ReadonlySet<StepBody["name"]> = new Set(["divisions", "households"]);

export function Start({ me }: { me: Me }): JSX.Element {
  const steps = useSignal<readonly StepBody[]>([]);
  const failure = useSignal<unknown>(null);
  async function look(): Promise<void> {
    try {
      steps.value = await get("/api/office/steps");
    } catch (error) {
      failure.value = error;
    }
  }
  useEffect(() => void look(), []);
  return (
    <>
      <p>{t().explain}</p>
      <Failure error={failure.value} />
      {isNew(steps.value) && <Home me={me} />}
      <ol class="steps">
        {steps.value.map((step) => (
          <Step key={step.name} step={step} me={me} changed={() => void look()} />
        ))}
      </ol>
    </>
  );
}

/** Return whether the home division can be corrected: no divisions or households are stored. */
function isNew(steps: readonly StepBody[]): boolean {
  const roster = steps.filter(({ name }) => ROSTER.has(name));
  return roster.length > 0 && roster.every(({ there }) => there === 0);
}

/** The home division, whose code may have been mistyped at the first run. */
function Home({ me }: { me: Me }): JSX.Element {
  const code = useSignal(me.division);
  const name = useSignal(me.division_name);
  const failure = useSignal<unknown>(null);
  async function correct(event: Event): Promise<void> {
    event.preventDefault();
    failure.value = null;
    try {
      const body = { division: code.value.trim(), division_name: name.value.trim() };
      await put("/api/setup/home", { body });
      location.reload();
    } catch (error) {
      failure.value = error;
    }
  }
  return (
    <form class="edit" onSubmit={(event) => void correct(event)}>
      <p>{t().home({ name: me.division_name, code: me.division })}</p>
      <label for="home-code">{t().homeCode}</label>
      <input
        id="home-code"
        required
        inputMode="numeric"
        value={code.value}
        onInput={(event) => (code.value = event.currentTarget.value)}
      />
      <label for="home-name">{t().homeName}</label>
      <input
        id="home-name"
        required
        maxLength={80}
        value={name.value}
        onInput={(event) => (name.value = event.currentTarget.value)}
      />
      <button type="submit">{t().correctHome}</button>
      <Failure error={failure.value} />
    </form>
  );
}

interface StepProps {
  readonly step: StepBody;
  readonly me: Me;
  /** Called after the step was done on this page. */
  readonly changed: () => void;
}

function Step({ step, me, changed }: StepProps): JSX.Element {
  const place = PLACES[step.name];
  const done = states()[`${step.name}_done`];
  return (
    <li class={step.is_done ? "done" : "waiting"}>
      <p>
        <span class="state">{step.is_done ? t().done : t().missing}</span>{" "}
        <strong>{t()[step.name]}</strong>
      </p>
      <p>{step.is_done ? done({ count: step.there }) : hint(step)}</p>
      {place && <a href={place}>{t().go}</a>}
      {step.name === "issuer" && <IssuerForm saved={changed} />}
      {step.name === "text" && <TestText me={me} />}
    </li>
  );
}

/** Return what to do, with the number that is missing if the step is partly done. */
function hint({ name, missing }: StepBody): string {
  if (missing === 0) return states()[name];
  const words: Readonly<Record<string, unknown>> = states();
  const counted = words[`${name}_missing`];
  return typeof counted === "function" ? String(counted({ count: missing })) : states()[name];
}

/** Texts a sign-in link to the user's own phone; opening it proves that texts arrive. */
function TestText({ me }: { me: Me }): JSX.Element {
  const code = useSignal("");
  const failure = useSignal<unknown>(null);
  async function send(): Promise<void> {
    failure.value = null;
    try {
      const body = { officer: me.id, path: "/admin/start" };
      code.value = (await post("/api/sign-in", { body })).code;
    } catch (error) {
      failure.value = error;
    }
  }
  return (
    <>
      <button type="button" onClick={() => void send()}>
        {t().sendText}
      </button>
      <p role="status">{code.value && t().sentText({ code: code.value })}</p>
      <Failure error={failure.value} />
    </>
  );
}
