/** The texts of the list of alerts. */

import { texts } from "../language";

export const t = texts("alerts.page");
