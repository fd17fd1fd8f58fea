/** The forms that change one household, move, split or merge it, or retire it with a reason. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { OfficeHouseholdBody } from "../../api";
import { post, put } from "../../client";
import { texts } from "../../language";
import type { Me } from "../../me";
import { Failure } from "../../shell";
import { useAttempts } from "../attempts";
import { LanguageChoice } from "../language_choice";
import { RetireForm } from "../retire_form";
import { KindChoice, useKinds } from "./kind_choice";
import { MergeForm } from "./merge_form";
import { MoveForm, SplitForm } from "./move_form";

const t = texts("office.households");
interface Props {
  readonly household: OfficeHouseholdBody;
  readonly me: Me;
  /** Called when the form closes; true if the household was changed. */
  readonly close: (isChanged: boolean) => void;
}

export function HouseholdForm({ household, me, close }: Props): JSX.Element {
  const people = useSignal(String(household.headcount));
  const phones = useSignal(household.phones.join("\n"));
  const spoken = useSignal(household.language);
  const kinds = useKinds(household.vulnerable);
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
      version: household.version,
    };
    void attempt(() => put("/api/office/households/{code}", { path, body }));
  }
  const change = { household, me, attempts, done: () => close(true) };

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
        <KindChoice kinds={kinds} />
        <button type="submit" class="primary" disabled={attempts.busy.value}>
          {t().save}
        </button>
        <button type="button" onClick={() => close(false)}>
          {t().back}
        </button>
      </form>
      <Fold summary={t().moves}>{() => <MoveForm {...change} />}</Fold>
      {household.headcount > 1 && (
        <Fold summary={t().splits}>{() => <SplitForm {...change} />}</Fold>
      )}
      <Fold summary={t().merges}>{() => <MergeForm {...change} />}</Fold>
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

interface FoldProps {
  readonly summary: string;
  /** Rendered only after the first opening, because a form queries the service for its choices. */
  readonly children: () => JSX.Element;
}

function Fold({ summary, children }: FoldProps): JSX.Element {
  const wasOpened = useSignal(false);
  return (
    <details onToggle={() => (wasOpened.value = true)}>
      <summary>{summary}</summary>
      {wasOpened.value && children()}
    </details>
  );
}
