/** The page to search, add, change and retire officers. */

import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { OfficeOfficerBody, Role } from "../../api";
import { texts } from "../../language";
import type { Me } from "../../me";
import { Failure } from "../../shell";
import { DivisionChoice } from "../division_choice";
import { FoundRows } from "../found_rows";
import { SearchForm } from "../search_form";
import { OfficerForm } from "./officer_form";
import { OfficerList } from "./officer_list";
import { RoleChoice } from "./role_choice";

const t = texts("office.officers");
const roles = texts("office.roles");
/** Used in place of an officer's id when the form is for a new officer. */
const NEW = "";

export function OfficersPage({ me }: { me: Me }): JSX.Element {
  const list = useMemo(() => new OfficerList(), []);
  const edited = useSignal<string | null>(null);
  useEffect(() => void list.look(), [list]);
  function close(isChanged: boolean): void {
    edited.value = null;
    if (isChanged) void list.look();
  }
  return (
    <>
      <Search list={list} me={me} />
      <Adding list={list} me={me} edited={edited} close={close} />
      <Failure error={list.failure.value} />
      <FoundRows
        list={list}
        words={t()}
        row={(officer) => (
          <Row
            key={officer.id}
            list={list}
            officer={officer}
            edited={edited}
            close={close}
            me={me}
          />
        )}
      />
    </>
  );
}

function Search({ list, me }: { list: OfficerList; me: Me }): JSX.Element {
  return (
    <SearchForm list={list} words={t()} isBusy={list.busy.value}>
      <RoleChoice
        id="wanted"
        chosen={list.role.value}
        any={t().all}
        choose={(role) => (list.role.value = role)}
      />
      <Only chosen={list.withoutPhone} label={t().withoutPhone} />
      <Only chosen={list.onDuty} label={t().onlyOnDuty} />
      <DivisionChoice
        label={t().where}
        top={me.division}
        choose={(division) => (list.division.value = division)}
      />
    </SearchForm>
  );
}

function Only({ chosen, label }: { chosen: Signal<boolean>; label: string }): JSX.Element {
  return (
    <label class="choice">
      <input
        type="checkbox"
        checked={chosen.value}
        onChange={(event) => (chosen.value = event.currentTarget.checked)}
      />
      {label}
    </label>
  );
}

interface FormProps {
  readonly list: OfficerList;
  readonly edited: Signal<string | null>;
  readonly close: (isChanged: boolean) => void;
  readonly me: Me;
}

/** The form for a new officer, or the link to sign in again first. */
function Adding({ list, edited, close, me }: FormProps): JSX.Element {
  if (!list.mayChange.value)
    return (
      <p class="again">
        {t().old} <a href="/sign-in?next=/admin/officers">{t().again}</a>
      </p>
    );
  if (edited.value === NEW)
    return <OfficerForm me={me} officer={null} mayChange={true} close={close} />;
  return (
    <button type="button" onClick={() => (edited.value = NEW)}>
      {t().add}
    </button>
  );
}

function Row({
  list,
  officer,
  edited,
  close,
  me,
}: FormProps & { readonly officer: OfficeOfficerBody }): JSX.Element {
  const isEdited = edited.value === officer.id;
  const words: Readonly<Record<Role, string>> = roles();
  return (
    <li>
      <p>
        <strong>{officer.name}</strong> {words[officer.role]} {officer.place}{" "}
        <span class="code">{officer.id}</span>
      </p>
      <p>
        {officer.phones.length > 0 ? (
          officer.phones.join(" ")
        ) : (
          <strong class="lack">{t().noPhone}</strong>
        )}
        {officer.on_duty && ` · ${t().onDuty}`}
        {officer.principal !== null && ` · ${t().deputyOf({ name: officer.principal })}`}
      </p>
      {isEdited ? (
        <OfficerForm me={me} officer={officer} mayChange={list.mayChange.value} close={close} />
      ) : (
        <button
          type="button"
          aria-label={t().editOf({ name: officer.name })}
          onClick={() => (edited.value = officer.id)}
        >
          {t().edit}
        </button>
      )}
    </li>
  );
}
