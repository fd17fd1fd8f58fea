/** The texts' templates, and each text as readers of a place would get it, with its length. */

import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { HazardBody, InspectionBody } from "../../api";
import { get } from "../../client";
import { language, named, texts } from "../../language";
import type { Session } from "../../session";
import { Failure } from "../../shell";
import { useAttempts } from "../attempts";
import { DivisionChoice } from "../division_choice";
import { LanguageChoice } from "../language_choice";
import { Inspected } from "./inspected";

const t = texts("office.texts");

export function TextsPage({ session: { me, settings } }: { session: Session }): JSX.Element {
  const attempts = useAttempts();
  const found = useSignal<InspectionBody | null>(null);
  const hazard = useSignal(settings.hazards[0]?.id ?? "");
  const other = useSignal("");
  const point = useSignal("");
  const division = useSignal(me.division);
  const readers = useSignal(language.value);
  const chosen = settings.hazards.find(({ id }) => id === hazard.value);
  const event = other.value.trim() || (chosen?.names[settings.home_language] ?? "");
  async function look(): Promise<void> {
    const asked = { language: readers.value, event, division: division.value };
    await attempts.run(async () => {
      const query = { ...asked, assembly_point: point.value };
      found.value = await get("/api/office/texts", { query });
    });
  }
  useEffect(() => void look(), []);
  return (
    <>
      <p class="hint">{t().explain}</p>
      <p class="hint">
        {t().where} <a href="/admin/policy">{t().policy}</a>{" "}
        <a href="/admin/divisions">{t().divisions}</a>
      </p>
      <form
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void look();
        }}
      >
        <Hazards hazards={settings.hazards} chosen={hazard} />
        <Field id="other" label={t().other} most={30} value={other} />
        <LanguageChoice
          id="readers"
          label={t().language}
          chosen={readers.value}
          choose={(code) => (readers.value = code)}
        />
        <Field id="point" label={t().point} most={40} value={point} />
        <DivisionChoice
          label={t().place}
          top={me.division}
          choose={(code) => (division.value = code)}
        />
        <button type="submit" class="primary" disabled={attempts.busy.value}>
          {t().look}
        </button>
      </form>
      <Failure error={attempts.failure.value} />
      {found.value && <Inspected found={found.value} />}
    </>
  );
}

interface HazardsProps {
  readonly hazards: readonly HazardBody[];
  readonly chosen: Signal<string>;
}

function Hazards({ hazards, chosen }: HazardsProps): JSX.Element {
  return (
    <>
      <label for="hazard">{t().event}</label>
      <select
        id="hazard"
        value={chosen.value}
        onChange={(event) => (chosen.value = event.currentTarget.value)}
      >
        {hazards.map(({ id, names }) => (
          <option key={id} value={id}>
            {named(names)}
          </option>
        ))}
      </select>
    </>
  );
}

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly most: number;
  readonly value: Signal<string>;
}

function Field({ id, label, most, value }: FieldProps): JSX.Element {
  return (
    <>
      <label for={id}>{label}</label>
      <input
        id={id}
        maxLength={most}
        value={value.value}
        onInput={(event) => (value.value = event.currentTarget.value)}
      />
    </>
  );
}
