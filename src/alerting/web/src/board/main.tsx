import { start } from "../session";
import { Board } from "./board";

void start((session) => <Board session={session} />);
