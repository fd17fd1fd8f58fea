/** The map's texts, shared by the page around it and the Leaflet part. */

import { texts } from "../language";

/** The reader of these texts. */
export const t = texts("board.map");
