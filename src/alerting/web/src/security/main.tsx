import { start } from "../session";
import { SecurityLog } from "./security";

void start("security", (session) => <SecurityLog session={session} />);
