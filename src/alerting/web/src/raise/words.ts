/** The texts of the page that raises an alert. */

import { texts } from "../language";

export const t = texts("raise.page");
