/** The form that merges a household into another one, which is found by a search. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { OfficeHouseholdBody } from "../../api";
import { get, post } from "../../client";
import { texts } from "../../language";
import type { ChangeProps } from "./move_form";

const t = texts("office.households");
const SHOWN = 5;

export function MergeForm({ household, attempts, done }: ChangeProps): JSX.Element {
  const search = useSignal("");
  const found = useSignal<readonly OfficeHouseholdBody[] | null>(null);
  const into = useSignal<OfficeHouseholdBody | null>(null);
  const people = useSignal("");
  function choose(other: OfficeHouseholdBody): void {
    into.value = other;
    people.value = String(household.headcount + other.headcount);
  }
  async function look(): Promise<void> {
    into.value = null;
    const { households } = await get("/api/office/households", { query: { search: search.value } });
    found.value = households
      .filter((each) => each.may_edit && each.code !== household.code)
      .slice(0, SHOWN);
  }
  async function merge(other: OfficeHouseholdBody): Promise<void> {
    const path = { code: household.code };
    const body = {
      into: other.code,
      headcount: Number(people.value),
      version: household.version,
      into_version: other.version,
    };
    if (await attempts.run(() => post("/api/office/households/{code}/merge", { path, body })))
      done();
  }
  function submit(event: Event): void {
    event.preventDefault();
    if (into.value) void merge(into.value);
    else void attempts.run(look);
  }
  return (
    <form class="edit" onSubmit={submit}>
      <label for="other">{t().other}</label>
      <input
        id="other"
        type="search"
        required
        maxLength={60}
        value={search.value}
        onInput={(event) => {
          search.value = event.currentTarget.value;
          into.value = found.value = null;
        }}
      />
      <div role="status">{found.value?.length === 0 && <p>{t().none}</p>}</div>
      {found.value?.map((each) => (
        <label key={each.code} class="choice">
          <input
            type="radio"
            name="into"
            checked={into.value?.code === each.code}
            onChange={() => choose(each)}
          />
          <span>
            {each.head} {each.address} <span class="code">{each.code}</span>
          </span>
        </label>
      ))}
      {into.value && (
        <>
          <label for="together">{t().together}</label>
          <input
            id="together"
            type="number"
            required
            min={Math.max(household.headcount, into.value.headcount)}
            max={Math.min(99, household.headcount + into.value.headcount)}
            value={people.value}
            onInput={(event) => (people.value = event.currentTarget.value)}
          />
        </>
      )}
      <button type="submit" class="primary" disabled={attempts.busy.value}>
        {into.value ? t().merge : t().look}
      </button>
    </form>
  );
}
