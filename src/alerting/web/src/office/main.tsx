import { start } from "../session";
import { Office } from "./office";

void start("office", (session) => <Office session={session} />);
