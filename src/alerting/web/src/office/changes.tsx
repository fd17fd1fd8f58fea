/** Changes of the roster, counted by kind, with the first changes of each kind. */

import type { JSX } from "preact";
import type { DetailsBody, DoubtBody, LineBody, RosterChange } from "../api";
import { number, texts } from "../language";
import { inWords } from "./roster/faults";
import { fieldName, valueName } from "./words";

const t = texts("office.changes");
const KINDS = ["added", "changed", "moved", "gone"] as const satisfies readonly RosterChange[];

interface Props {
  readonly changes: DetailsBody;
  readonly suspicious?: readonly DoubtBody[];
}

export function Changes({ changes, suspicious = [] }: Props): JSX.Element {
  return (
    <div class="changes">
      <dl>
        {KINDS.map((kind) => [
          <dt key={kind}>{t()[kind]}</dt>,
          <dd>{number(changes.counts[kind] ?? 0)}</dd>,
        ])}
      </dl>
      {suspicious.length > 0 && (
        <details open>
          <summary>{t().suspicious({ count: suspicious.length })}</summary>
          <ul>
            {suspicious.map((doubt, at) => (
              <li key={at}>{inWords(doubt)}</li>
            ))}
          </ul>
        </details>
      )}
      {KINDS.map((kind) => (
        <Lines key={kind} kind={kind} lines={changes.lines.filter(({ what }) => what === kind)} />
      ))}
    </div>
  );
}

function Lines({
  kind,
  lines,
}: {
  kind: RosterChange;
  lines: readonly LineBody[];
}): JSX.Element | null {
  if (lines.length === 0) return null;
  return (
    <details>
      <summary>{t()[kind]}</summary>
      <ul>
        {lines.map((line, at) => (
          <li key={at}>
            <strong>{line.name}</strong> <span class="code">{line.subject}</span>
            {line.field && (
              <span class="change">
                {" "}
                {t().line({
                  field: fieldName(line.field),
                  before: valueName(line.field, line.before) || t().empty,
                  after: valueName(line.field, line.after) || t().empty,
                })}
              </span>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
