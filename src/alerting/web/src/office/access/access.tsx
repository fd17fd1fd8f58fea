/** The sessions and valid tokens of the officers and machines that the administrator manages. */

import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { texts } from "../../language";
import type { Me } from "../../me";
import { Failure } from "../../shell";
import { DivisionChoice } from "../division_choice";
import { SearchForm } from "../search_form";
import { AccessList } from "./access_list";
import { Sessions } from "./sessions";
import { Tokens } from "./tokens";

const t = texts("office.access");

export function AccessPage({ me }: { me: Me }): JSX.Element {
  const list = useMemo(() => new AccessList(), []);
  useEffect(() => void list.look(), [list]);
  return (
    <>
      <p class="hint">{t().explain}</p>
      <SearchForm list={list} words={t()} isBusy={list.attempts.busy.value}>
        <DivisionChoice
          label={t().where}
          top={me.division}
          choose={(division) => (list.division.value = division)}
        />
      </SearchForm>
      <Failure error={list.attempts.failure.value} />
      <Sessions list={list} />
      <Tokens list={list} />
    </>
  );
}
