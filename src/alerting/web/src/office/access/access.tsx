/** Who is signed in where, and which tokens are valid, of officers and machines in charge. */

import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { texts } from "../../language";
import type { Me } from "../../me";
import { Failure } from "../../shell";
import { DivisionChoice } from "../division_choice";
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
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void list.look();
        }}
      >
        <label for="search">{t().search}</label>
        <input
          id="search"
          type="search"
          maxLength={60}
          value={list.search.value}
          onInput={(event) => (list.search.value = event.currentTarget.value)}
        />
        <DivisionChoice
          label={t().where}
          top={me.division}
          choose={(division) => (list.division.value = division)}
        />
        <button type="submit" class="primary" disabled={list.attempts.busy.value}>
          {t().look}
        </button>
      </form>
      <Failure error={list.attempts.failure.value} />
      <Sessions list={list} />
      <Tokens list={list} />
    </>
  );
}
