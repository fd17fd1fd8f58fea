/** The forms that move a household, or split some of its people off into a new one. */

import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import type { ChangedHouseholdBody, OfficeHouseholdBody } from "../../api";
import { post } from "../../client";
import { list, texts } from "../../language";
import type { Me } from "../../me";
import type { Attempts } from "../attempts";
import { DivisionChoice } from "../division_choice";
import { KindChoice, useKinds } from "./kind_choice";

const t = texts("office.households");
const VILLAGE_DIGITS = 12;

export interface ChangeProps {
  readonly household: OfficeHouseholdBody;
  readonly me: Me;
  readonly attempts: Attempts;
  /** Called when the household has changed. */
  readonly done: () => void;
}

interface Home {
  readonly division: Signal<string>;
  readonly address: Signal<string>;
}

function useHome(household: OfficeHouseholdBody): Home {
  return { division: useSignal(household.division), address: useSignal(household.address) };
}

interface HomeProps {
  readonly id: string;
  readonly home: Home;
  readonly household: OfficeHouseholdBody;
  readonly me: Me;
}

function HomeChoice({ id, home, household, me }: HomeProps): JSX.Element {
  return (
    <>
      <DivisionChoice
        label={t().newPlace}
        top={me.division}
        choose={(code) =>
          (home.division.value = code.length < VILLAGE_DIGITS ? household.division : code)
        }
      />
      <label for={id}>{t().newAddress}</label>
      <input
        id={id}
        required
        maxLength={120}
        value={home.address.value}
        onInput={(event) => (home.address.value = event.currentTarget.value)}
      />
    </>
  );
}

function needsWarning({ missed_by, left_alone }: ChangedHouseholdBody): boolean {
  return missed_by.length > 0 || left_alone > 0;
}

interface WarningProps {
  readonly changed: ChangedHouseholdBody;
  readonly done: () => void;
}

/** A warning: the open alerts without this household, and the number that lost their neighbour. */
function Warning({ changed, done }: WarningProps): JSX.Element {
  const { missed_by, left_alone } = changed;
  return (
    <div class="edit" role="alert">
      {missed_by.length > 0 && <p>{t().missedBy({ codes: list(missed_by) })}</p>}
      {left_alone > 0 && <p>{t().leftAlone({ count: left_alone })}</p>}
      <button type="button" class="primary" onClick={done}>
        {t().understood}
      </button>
    </div>
  );
}

export function MoveForm({ household, me, attempts, done }: ChangeProps): JSX.Element {
  const home = useHome(household);
  const changed = useSignal<ChangedHouseholdBody | null>(null);
  async function move(event: Event): Promise<void> {
    event.preventDefault();
    const path = { code: household.code };
    const body = {
      division: home.division.value,
      address: home.address.value,
      version: household.version,
    };
    await attempts.run(async () => {
      changed.value = await post("/api/office/households/{code}/move", { path, body });
    });
    if (changed.value !== null && !needsWarning(changed.value)) done();
  }
  if (changed.value !== null) return <Warning changed={changed.value} done={done} />;
  return (
    <form class="edit" onSubmit={(event) => void move(event)}>
      <p class="hint">{t().moveHint}</p>
      <HomeChoice id="move-address" home={home} household={household} me={me} />
      <button type="submit" class="primary" disabled={attempts.busy.value}>
        {t().move}
      </button>
    </form>
  );
}

export function SplitForm({ household, me, attempts, done }: ChangeProps): JSX.Element {
  const home = useHome(household);
  const changed = useSignal<ChangedHouseholdBody | null>(null);
  const head = useSignal("");
  const count = useSignal("1");
  const phones = useSignal("");
  const names = useSignal<readonly string[]>([]);
  const kinds = useKinds([]);
  async function split(event: Event): Promise<void> {
    event.preventDefault();
    const path = { code: household.code };
    const body = {
      division: home.division.value,
      address: home.address.value,
      head: head.value.trim(),
      headcount: Number(count.value),
      persons: [...names.value],
      phones: phones.value.split("\n").filter((line) => line.trim() !== ""),
      vulnerable: [...kinds.value],
      version: household.version,
    };
    await attempts.run(async () => {
      changed.value = await post("/api/office/households/{code}/split", { path, body });
    });
    if (changed.value !== null && !needsWarning(changed.value)) done();
  }
  if (changed.value !== null) return <Warning changed={changed.value} done={done} />;
  return (
    <form class="edit" onSubmit={(event) => void split(event)}>
      <label for="leaver-head">{t().leaverHead}</label>
      <input
        id="leaver-head"
        required
        maxLength={80}
        value={head.value}
        onInput={(event) => (head.value = event.currentTarget.value)}
      />
      <label for="leaver-count">{t().leaverCount}</label>
      <input
        id="leaver-count"
        type="number"
        required
        min={1}
        max={household.headcount - 1}
        value={count.value}
        onInput={(event) => (count.value = event.currentTarget.value)}
      />
      <Names all={household.persons} leaving={names} />
      <label for="leaver-phones">{t().leaverPhones}</label>
      <textarea
        id="leaver-phones"
        rows={2}
        value={phones.value}
        onInput={(event) => (phones.value = event.currentTarget.value)}
      />
      <KindChoice kinds={kinds} />
      <HomeChoice id="split-address" home={home} household={household} me={me} />
      <button type="submit" class="primary" disabled={attempts.busy.value}>
        {t().split}
      </button>
    </form>
  );
}

interface NamesProps {
  readonly all: readonly string[];
  readonly leaving: Signal<readonly string[]>;
}

function Names({ all, leaving }: NamesProps): JSX.Element | null {
  if (all.length === 0) return null;
  return (
    <fieldset>
      <legend>{t().leaverNames}</legend>
      {all.map((name) => (
        <label key={name} class="choice">
          <input
            type="checkbox"
            checked={leaving.value.includes(name)}
            onChange={(event) =>
              (leaving.value = all.filter((each) =>
                each === name ? event.currentTarget.checked : leaving.value.includes(each),
              ))
            }
          />
          {name}
        </label>
      ))}
    </fieldset>
  );
}
