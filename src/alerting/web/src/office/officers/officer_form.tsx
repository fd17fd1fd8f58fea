/** The form that adds, changes or retires an officer. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { OfficeOfficerBody, Role } from "../../api";
import { get, post, put } from "../../client";
import { texts } from "../../language";
import type { Me } from "../../me";
import { Failure } from "../../shell";
import { useAttempts } from "../attempts";
import { DivisionChoice } from "../division_choice";
import { LanguageChoice } from "../language_choice";
import { RetireForm } from "../retire_form";
import { RoleChoice } from "./role_choice";

const t = texts("office.officers");

interface Props {
  readonly me: Me;
  /** Null for a new officer. */
  readonly officer: OfficeOfficerBody | null;
  /** False if the session is too old to change phones and the role. */
  readonly mayChange: boolean;
  /** Called when the form closes; true if the roster was changed. */
  readonly close: (isChanged: boolean) => void;
}

export function OfficerForm({ me, officer, mayChange, close }: Props): JSX.Element {
  const name = useSignal(officer?.name ?? "");
  const role = useSignal<Role>(officer?.role ?? "grid_officer");
  const division = useSignal(officer?.division ?? me.division);
  const phones = useSignal(officer?.phones.join("\n") ?? "");
  const spoken = useSignal(officer?.language ?? "");
  const principal = useSignal(officer?.deputy_of ?? "");
  const attempts = useAttempts();

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    if (await attempts.run(work)) close(true);
  }
  function save(event: Event): void {
    event.preventDefault();
    const said = {
      name: name.value,
      role: role.value,
      division: division.value,
      phones: phones.value.split("\n").filter((line) => line.trim() !== ""),
      deputy_of: principal.value || null,
      language: spoken.value || null,
    };
    void attempt(() => send(officer, said));
  }

  return (
    <>
      <form class="edit" onSubmit={save}>
        <label for="name">{t().name}</label>
        <input
          id="name"
          required
          maxLength={80}
          value={name.value}
          onInput={(event) => (name.value = event.currentTarget.value)}
        />
        <RoleChoice
          id="role"
          chosen={role.value}
          isFixed={!mayChange}
          choose={(chosen) => (role.value = chosen)}
        />
        <DivisionChoice
          label={officer ? t().moves({ name: officer.place }) : t().where}
          top={me.division}
          choose={(chosen) => (division.value = chosen)}
        />
        <label for="phones">{t().phones}</label>
        <textarea
          id="phones"
          rows={3}
          readOnly={!mayChange}
          value={phones.value}
          onInput={(event) => (phones.value = event.currentTarget.value)}
        />
        <LanguageChoice
          id="spoken"
          label={t().language}
          chosen={spoken.value}
          none={t().home}
          choose={(code) => (spoken.value = code)}
        />
        <PrincipalChoice
          division={division.value}
          officer={officer}
          chosen={principal.value}
          choose={(id) => (principal.value = id)}
        />
        <button type="submit" class="primary" disabled={attempts.busy.value}>
          {t().save}
        </button>
        <button type="button" onClick={() => close(false)}>
          {t().back}
        </button>
      </form>
      {officer && (
        <p>
          <a href={`/admin/access?${new URLSearchParams({ search: officer.id })}`}>{t().access}</a>
        </p>
      )}
      {officer && mayRecover(me, officer) && (
        <p>
          <a href={`/passkeys?${new URLSearchParams({ officer: officer.id })}`}>{t().recover}</a>
        </p>
      )}
      {officer && (
        <RetireForm
          busy={attempts.busy.value}
          reason={t().reason}
          act={t().retire}
          retire={(reason) => {
            const path = { officer_id: officer.id };
            const body = { reason };
            return attempt(() => post("/api/office/officers/{officer_id}/retire", { path, body }));
          }}
        />
      )}
      <Failure error={attempts.failure.value} />
    </>
  );
}

/** Return whether the caller may make a recovery code: no administrator makes one for a peer. */
function mayRecover(me: Me, { role, division }: OfficeOfficerBody): boolean {
  return role !== "administrator" || division !== me.division;
}

interface Said {
  readonly name: string;
  readonly role: Role;
  readonly division: string;
  readonly phones: string[];
  readonly deputy_of: string | null;
  readonly language: string | null;
}

function send(officer: OfficeOfficerBody | null, said: Said): Promise<unknown> {
  if (officer === null) return post("/api/office/officers", { body: said });
  const path = { officer_id: officer.id };
  const body = { ...said, version: officer.version };
  return put("/api/office/officers/{officer_id}", { path, body });
}

interface PrincipalProps {
  readonly division: string;
  readonly officer: OfficeOfficerBody | null;
  readonly chosen: string;
  readonly choose: (id: string) => void;
}

/** The choice of the officer whose deputy this one is, in the same division. */
function PrincipalChoice({ division, officer, chosen, choose }: PrincipalProps): JSX.Element {
  const others = useSignal<readonly OfficeOfficerBody[]>([]);
  const failure = useSignal<unknown>(null);
  async function look(): Promise<void> {
    try {
      const found = await get("/api/office/officers", { query: { division, own: true } });
      others.value = found.officers.filter(({ id }) => id !== officer?.id);
      failure.value = null;
    } catch (error) {
      failure.value = error;
    }
  }
  useEffect(() => void look(), [division]);
  const isElsewhere = chosen !== "" && others.value.every(({ id }) => id !== chosen);
  return (
    <>
      <label for="principal">{t().deputy}</label>
      <select id="principal" value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{t().nobody}</option>
        {others.value.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
        {isElsewhere && <option value={chosen}>{officer?.principal ?? chosen}</option>}
      </select>
      <Failure error={failure.value} />
    </>
  );
}
