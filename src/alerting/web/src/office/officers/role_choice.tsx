/** The choice of a role. */

import type { JSX } from "preact";
import type { Role } from "../../api";
import { texts } from "../../language";

const t = texts("office.officers");
const roles = texts("office.roles");
const ROLES = [
  "informant",
  "grid_officer",
  "duty_officer",
  "town_commander",
  "administrator",
] as const satisfies readonly Role[];

interface Props<Choice extends Role | ""> {
  readonly id: string;
  readonly chosen: Choice;
  /** The label of the choice 'any role'; if omitted, there is no such choice. */
  readonly any?: string;
  readonly isFixed?: boolean;
  readonly choose: (role: Choice) => void;
}

export function RoleChoice<Choice extends Role | "">(props: Props<Choice>): JSX.Element {
  const { id, chosen, any, isFixed = false, choose } = props;
  return (
    <>
      <label for={id}>{t().role}</label>
      <select
        id={id}
        value={chosen}
        disabled={isFixed}
        onChange={(event) => choose(event.currentTarget.value as Choice)}
      >
        {any !== undefined && <option value="">{any}</option>}
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {roles()[role]}
          </option>
        ))}
      </select>
    </>
  );
}
