/** The check of a policy file: shows its errors, or the changes that it would make. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { TriedPolicyBody } from "../../api";
import { post } from "../../client";
import { texts } from "../../language";
import { Failure } from "../../shell";
import { Ladders } from "./ladders";

const t = texts("office.policy");

export function TryPolicy(): JSX.Element {
  const text = useSignal("");
  const tried = useSignal<TriedPolicyBody | null>(null);
  const failure = useSignal<unknown>(null);
  async function look(event: Event): Promise<void> {
    event.preventDefault();
    failure.value = null;
    try {
      tried.value = await post("/api/office/policy/try", { body: { text: text.value } });
    } catch (error) {
      failure.value = error;
    }
  }
  return (
    <section aria-labelledby="try">
      <h2 id="try">{t().try}</h2>
      <form onSubmit={(event) => void look(event)}>
        <label for="text">{t().text}</label>
        <textarea
          id="text"
          rows={6}
          spellcheck={false}
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        <button type="submit" class="primary">
          {t().look}
        </button>
      </form>
      <Failure error={failure.value} />
      <div role="status">{tried.value && <Outcome tried={tried.value} />}</div>
    </section>
  );
}

function Outcome({ tried }: { tried: TriedPolicyBody }): JSX.Element {
  if (tried.problems.length > 0) {
    return (
      <div class="refused">
        <p>{t().problems({ count: tried.problems.length })}</p>
        <ul lang="en">
          {tried.problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      </div>
    );
  }
  if (tried.changes.length === 0) return <p>{t().same}</p>;
  return (
    <>
      <h3>{t().changes}</h3>
      <ul>
        {tried.changes.map(({ key, before, after }) => (
          <li key={key}>
            <code>{key}</code> {before || t().empty} → {after || t().empty}
          </li>
        ))}
      </ul>
      <h3>{t().wouldBe}</h3>
      {tried.ladders && <Ladders ladders={tried.ladders} />}
    </>
  );
}
