import { start } from "../session";
import { Passkeys } from "./passkeys";

void start("passkeys", (session) => <Passkeys session={session} />);
