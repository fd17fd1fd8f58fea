import { fallback, preferred, speak } from "../language";
import { draw } from "../session";
import { Setup } from "./setup";

void speak(preferred() ?? fallback(), "setup").then(() => draw(<Setup />));
