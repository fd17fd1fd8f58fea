/** The page to import a roster file: choose it, check its columns and changes, then import it. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { number, texts } from "../../language";
import type { Me } from "../../me";
import { Failure } from "../../shell";
import { Changes } from "../changes";
import { DivisionChoice } from "../division_choice";
import { Columns } from "./columns";
import { Faults } from "./faults";
import { FileImport, KINDS } from "./file_import";

const t = texts("office.roster");

export function RosterPage({ me }: { me: Me }): JSX.Element {
  const work = useMemo(() => new FileImport(wanted()), []);
  const preview = work.preview.value;
  return (
    <>
      <Choices work={work} me={me} />
      <div role="status">{work.busy.value && <p>{t().busy}</p>}</div>
      <Failure error={work.failure.value} />
      {preview && preview.faults.length > 0 && <Faults faults={preview.faults} />}
      {preview && <Columns work={work} columns={preview.columns} />}
      {preview?.changes && <Outcome work={work} />}
      <div role="status">
        {work.done.value && (
          <section class="done">
            <h2>{t().done}</h2>
            <Changes changes={work.done.value.changes} />
            <p>
              <a href="/admin/log">{t().toLog}</a>
            </p>
          </section>
        )}
      </div>
    </>
  );
}

/** Return the kind of file that is named in the address. */
function wanted(): (typeof KINDS)[number] {
  const asked = new URLSearchParams(location.search).get("kind");
  return KINDS.find((kind) => kind === asked) ?? "households";
}

function Choices({ work, me }: { work: FileImport; me: Me }): JSX.Element {
  const kind = work.kind.value;
  return (
    <form
      class="import"
      onSubmit={(event) => {
        event.preventDefault();
        void work.look();
      }}
    >
      <fieldset>
        <legend>{t().what}</legend>
        {KINDS.map((each) => (
          <label key={each} class="choice">
            <input
              type="radio"
              name="kind"
              checked={kind === each}
              onChange={() => work.change({ kind: each })}
            />
            {t()[each]}
          </label>
        ))}
      </fieldset>
      <p class="hint">{t()[`${kind}Hint`]}</p>
      <p>
        <a href={exported(work)} download>
          {t().download}
        </a>
      </p>
      <label for="file">{t().file}</label>
      <input
        id="file"
        type="file"
        required
        accept=".xlsx,.xls,.ods,.csv,.txt"
        onChange={(event) => work.choose(event.currentTarget.files?.[0] ?? null)}
      />
      {kind !== "divisions" && <Within work={work} me={me} />}
      {kind === "households" && <HouseholdChoices work={work} />}
      <button type="submit" class="primary" disabled={work.busy.value}>
        {t().look}
      </button>
    </form>
  );
}

/** Return the address of the stored roster of the chosen kind, within the chosen division. */
function exported({ kind, division }: FileImport): string {
  const within = division.value && kind.value !== "divisions" ? `?division=${division.value}` : "";
  return `/api/roster/${kind.value}.xlsx${within}`;
}

function Within({ work, me }: { work: FileImport; me: Me }): JSX.Element {
  return (
    <DivisionChoice
      label={t().within}
      top={me.division}
      choose={(division) => work.change({ division })}
    />
  );
}

function HouseholdChoices({ work }: { work: FileImport }): JSX.Element {
  return (
    <>
      <label class="choice">
        <input
          type="checkbox"
          checked={work.whole.value}
          onChange={(event) => work.change({ whole: event.currentTarget.checked })}
        />
        {t().whole}
      </label>
      <label class="choice">
        <input
          type="checkbox"
          checked={work.withoutCodes.value}
          onChange={(event) => work.change({ withoutCodes: event.currentTarget.checked })}
        />
        {t().withoutCodes}
      </label>
    </>
  );
}

function Outcome({ work }: { work: FileImport }): JSX.Element | null {
  const isSure = useSignal(false);
  const found = work.preview.value?.changes;
  if (!found) return null;
  const gone = found.changes.counts["gone"] ?? 0;
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">{t().changes}</h2>
      <p>{t().unchanged({ count: found.unchanged, people: found.people })}</p>
      <Changes changes={found.changes} suspicious={found.suspicious} />
      {found.suspicious_count > found.suspicious.length && (
        <p>{t().more({ count: number(found.suspicious_count) })}</p>
      )}
      {gone > 0 && (
        <label class="choice">
          <input
            type="checkbox"
            checked={isSure.value}
            onChange={(event) => (isSure.value = event.currentTarget.checked)}
          />
          {t().sure({ count: gone })}
        </label>
      )}
      {!work.preview.value?.may_import && (
        <p class="again">
          {t().old}{" "}
          <a href="/sign-in?next=/admin/roster" target="_blank">
            {t().again}
          </a>
        </p>
      )}
      <button
        type="button"
        class="primary"
        disabled={work.busy.value || (gone > 0 && !isSure.value)}
        onClick={() => void work.store()}
      >
        {t().store}
      </button>
    </section>
  );
}
