/** The texts of the page that raises an alert: `t`, and `c` for its last step, the check. */

import { texts } from "../language";

export const t = texts("raise.page");
export const c = texts("raise.check");
