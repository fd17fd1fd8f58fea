/** The page to search and change divisions, which marks those without an assembly point. */

import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { OfficeDivisionBody } from "../../api";
import { language, texts } from "../../language";
import type { Me } from "../../me";
import { Failure } from "../../shell";
import { DivisionChoice } from "../division_choice";
import { FoundRows } from "../found_rows";
import { SearchForm } from "../search_form";
import { DivisionForm } from "./division_form";
import { DivisionList } from "./division_list";

const t = texts("office.divisions");

export function DivisionsPage({ me }: { me: Me }): JSX.Element {
  const list = useMemo(() => new DivisionList(), []);
  const edited = useSignal<string | null>(null);
  useEffect(() => void list.look(), [list]);
  return (
    <>
      <Search list={list} me={me} />
      <Failure error={list.failure.value} />
      <FoundRows
        list={list}
        words={t()}
        row={(division) => (
          <Row key={division.code} division={division} edited={edited} list={list} />
        )}
      />
    </>
  );
}

function Search({ list, me }: { list: DivisionList; me: Me }): JSX.Element {
  return (
    <SearchForm list={list} words={t()} isBusy={list.busy.value}>
      <label class="choice">
        <input
          type="checkbox"
          checked={list.withoutPoint.value}
          onChange={(event) => (list.withoutPoint.value = event.currentTarget.checked)}
        />
        {t().withoutPoint}
      </label>
      <DivisionChoice
        label={t().where}
        top={me.division}
        choose={(division) => (list.division.value = division)}
      />
    </SearchForm>
  );
}

/** Return the address of a division's cards or roll, as a PDF in the reader's language. */
function printed({ code }: OfficeDivisionBody, what: "cards" | "roll"): string {
  return `/api/divisions/${code}/${what}.pdf?${new URLSearchParams({ lang: language.value })}`;
}

interface RowProps {
  readonly division: OfficeDivisionBody;
  readonly edited: Signal<string | null>;
  readonly list: DivisionList;
}

function Row({ division, edited, list }: RowProps): JSX.Element {
  const facts = [division.assembly_point, division.route, division.contact_phone].filter(Boolean);
  return (
    <li>
      <p>
        <strong>{division.name}</strong> <span class="code">{division.code}</span>
      </p>
      {facts.length > 0 && <p>{facts.join(" · ")}</p>}
      <p class="paper">
        <a href={printed(division, "cards")} aria-label={t().cardsOf({ name: division.name })}>
          {t().cards}
        </a>{" "}
        <a href={printed(division, "roll")} aria-label={t().rollOf({ name: division.name })}>
          {t().roll}
        </a>
      </p>
      {division.lacks_point && <p class="lack">{t().noPoint}</p>}
      {edited.value === division.code ? (
        <DivisionForm
          division={division}
          close={(isChanged) => {
            edited.value = null;
            if (isChanged) void list.look();
          }}
        />
      ) : (
        <button
          type="button"
          aria-label={t().editOf({ name: division.name })}
          onClick={() => (edited.value = division.code)}
        >
          {t().edit}
        </button>
      )}
    </li>
  );
}
