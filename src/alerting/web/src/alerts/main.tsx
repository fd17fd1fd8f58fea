import { start } from "../session";
import { Alerts } from "./alerts";

void start((session) => <Alerts session={session} />);
