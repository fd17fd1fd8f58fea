import { fallback, preferred, speak } from "../language";
import { draw, remembered } from "../session";
import { Away } from "./away";
import { onServiceBack } from "./network";

const session = remembered();
onServiceBack(() => (location.pathname === "/away" ? location.replace("/") : location.reload()));
void speak(preferred() ?? fallback(session?.settings.home_language), "away").then(() =>
  draw(<Away session={session} />),
);
