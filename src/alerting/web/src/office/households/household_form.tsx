/** The form that changes one household, or takes it out of the roster with a reason. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { OfficeHouseholdBody, Vulnerability } from "../../api";
import { post, put } from "../../client";
import { texts } from "../../language";
import { Failure } from "../../shell";
import { useAttempts } from "../attempts";
import { LanguageChoice } from "../language_choice";
import { RetireForm } from "../retire_form";

const t = texts("office.households");
const needs = texts("shared.vulnerable");
const KINDS = [
  "elderly",
  "frail",
  "ill",
  "disabled",
  "pregnant",
  "infant",
  "alone",
] as const satisfies readonly Vulnerability[];

interface Props {
  readonly household: OfficeHouseholdBody;
  /** Called when the form is done with; true: the household changed. */
  readonly close: (isChanged: boolean) => void;
}

export function HouseholdForm({ household, close }: Props): JSX.Element {
  const people = useSignal(String(household.headcount));
  const phones = useSignal(household.phones.join("\n"));
  const spoken = useSignal(household.language);
  const kinds = useSignal<readonly Vulnerability[]>(household.vulnerable);
  const attempts = useAttempts();
  const path = { code: household.code };

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    if (await attempts.run(work)) close(true);
  }
  function save(event: Event): void {
    event.preventDefault();
    const body = {
      headcount: Number(people.value),
      phones: phones.value.split("\n").filter((line) => line.trim() !== ""),
      language: spoken.value,
      vulnerable: [...kinds.value],
    };
    void attempt(() => put("/api/office/households/{code}", { path, body }));
  }
  function toggle(kind: Vulnerability): void {
    const others = kinds.value.filter((each) => each !== kind);
    kinds.value = others.length < kinds.value.length ? others : [...others, kind];
  }

  return (
    <>
      <form class="edit" onSubmit={save}>
        <label for="people">{t().headcount}</label>
        <input
          id="people"
          type="number"
          required
          min={1}
          max={99}
          value={people.value}
          onInput={(event) => (people.value = event.currentTarget.value)}
        />
        <label for="phones">{t().phones}</label>
        <textarea
          id="phones"
          rows={3}
          value={phones.value}
          onInput={(event) => (phones.value = event.currentTarget.value)}
        />
        <LanguageChoice
          id="spoken"
          label={t().language}
          chosen={spoken.value}
          choose={(code) => (spoken.value = code)}
        />
        <fieldset>
          <legend>{t().vulnerable}</legend>
          {KINDS.map((kind) => (
            <label key={kind} class="choice">
              <input
                type="checkbox"
                checked={kinds.value.includes(kind)}
                onChange={() => toggle(kind)}
              />
              {needs()[kind]}
            </label>
          ))}
        </fieldset>
        <button type="submit" class="primary" disabled={attempts.busy.value}>
          {t().save}
        </button>
        <button type="button" onClick={() => close(false)}>
          {t().back}
        </button>
      </form>
      <RetireForm
        busy={attempts.busy.value}
        reason={t().reason}
        act={t().retire}
        retire={(reason) =>
          attempt(() => post("/api/office/households/{code}/retire", { path, body: { reason } }))
        }
      />
      <Failure error={attempts.failure.value} />
    </>
  );
}
