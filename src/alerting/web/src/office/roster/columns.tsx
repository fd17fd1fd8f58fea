/** The table in which the user corrects which field each column of a file holds. */

import type { JSX } from "preact";
import type { ColumnsBody } from "../../api";
import { texts } from "../../language";
import { fieldName } from "../words";
import { FIELDS } from "./fields";
import type { FileImport } from "./file_import";

const t = texts("office.columns");

interface Props {
  readonly work: FileImport;
  readonly columns: readonly ColumnsBody[];
}

export function Columns({ work, columns }: Props): JSX.Element | null {
  const kind = work.kind.value;
  if (kind === "divisions" || columns.length === 0) return null;
  const headings = [
    ...new Set(columns.flatMap((sheet) => sheet.headings.map(({ heading }) => heading))),
  ];
  const isConfirmed = columns.every((sheet) => sheet.is_confirmed);
  return (
    <details class="columns" open={!isConfirmed || work.preview.value?.changes === null}>
      <summary>{isConfirmed ? t().known : t().check}</summary>
      <p class="hint">{t().explain}</p>
      <div class="mapping">
        {FIELDS[kind].map((field) => (
          <div key={field}>
            <label for={`field-${field}`}>{fieldName(field)}</label>
            <select
              id={`field-${field}`}
              value={takenFor(columns, field)}
              disabled={work.busy.value}
              onChange={(event) => work.map(field, event.currentTarget.value)}
            >
              <option value="">{t().none}</option>
              {headings.map((heading) => (
                <option key={heading} value={heading}>
                  {heading}
                </option>
              ))}
            </select>
          </div>
        ))}
      </div>
    </details>
  );
}

/** Return the first heading that is read as a field; empty if there is none. */
function takenFor(columns: readonly ColumnsBody[], field: string): string {
  const headings = columns.flatMap((sheet) => sheet.headings);
  return headings.find((each) => each.field === field)?.heading ?? "";
}
