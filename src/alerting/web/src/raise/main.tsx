import { start } from "../session";
import { Raise } from "./raise";

void start("raise", (session) => <Raise session={session} />);
