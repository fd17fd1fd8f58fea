import { start } from "../session";
import { Alerts } from "./alerts";

void start("alerts", (session) => <Alerts session={session} />);
