/** Every test begins in English, with the texts of all pages. */

import { beforeEach } from "vitest";
import { speak } from "./language";

beforeEach(() => speak("en", "alerts", "board", "doors", "raise", "security", "sign-in"));
