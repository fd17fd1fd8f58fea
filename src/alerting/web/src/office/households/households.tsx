/** The page to search, change and retire households, and to list those with missing data. */

import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Lack, OfficeHouseholdBody } from "../../api";
import { texts } from "../../language";
import type { Me } from "../../me";
import { Failure } from "../../shell";
import { needsOf } from "../../vulnerable";
import { DivisionChoice } from "../division_choice";
import { FoundRows } from "../found_rows";
import { SearchForm } from "../search_form";
import { HouseholdForm } from "./household_form";
import { HouseholdList } from "./household_list";

const t = texts("office.households");
const LACKS = [
  "phone",
  "shared_phone",
  "officer",
  "coordinates",
] as const satisfies readonly Lack[];

export function HouseholdsPage({ me }: { me: Me }): JSX.Element {
  const list = useMemo(() => new HouseholdList(), []);
  const edited = useSignal<string | null>(null);
  useEffect(() => void list.look(), [list]);
  return (
    <>
      <Search list={list} me={me} />
      <Failure error={list.failure.value} />
      <FoundRows
        list={list}
        words={t()}
        row={(household) => (
          <Row key={household.code} household={household} edited={edited} list={list} me={me} />
        )}
      />
    </>
  );
}

function Search({ list, me }: { list: HouseholdList; me: Me }): JSX.Element {
  return (
    <SearchForm list={list} words={t()} isBusy={list.busy.value}>
      <label for="lack">{t().lack}</label>
      <select
        id="lack"
        value={list.lack.value}
        onChange={(event) => (list.lack.value = event.currentTarget.value as Lack | "")}
      >
        <option value="">{t().all}</option>
        {LACKS.map((lack) => (
          <option key={lack} value={lack}>
            {t()[lack]}
          </option>
        ))}
      </select>
      <DivisionChoice
        label={t().where}
        top={me.division}
        choose={(division) => (list.division.value = division)}
      />
    </SearchForm>
  );
}

interface RowProps {
  readonly household: OfficeHouseholdBody;
  readonly edited: Signal<string | null>;
  readonly list: HouseholdList;
  readonly me: Me;
}

function Row({ household, edited, list, me }: RowProps): JSX.Element {
  const isEdited = edited.value === household.code;
  const facts = [
    t().people({ count: household.headcount }),
    ...needsOf(household.vulnerable.join(";")),
    household.phones.join(" ") || t().phone,
    ...(household.has_coordinates ? [] : [t().coordinates]),
  ];
  return (
    <li>
      <p>
        <strong>{household.head}</strong> {household.address}{" "}
        <span class="code">{household.code}</span>
      </p>
      <p>{facts.join(" · ")}</p>
      {household.may_edit && !isEdited && (
        <button
          type="button"
          aria-label={t().editOf({ name: household.head })}
          onClick={() => (edited.value = household.code)}
        >
          {t().edit}
        </button>
      )}
      {isEdited && (
        <HouseholdForm
          household={household}
          me={me}
          close={(isChanged) => {
            edited.value = null;
            if (isChanged) void list.look();
          }}
        />
      )}
    </li>
  );
}
