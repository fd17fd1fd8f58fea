import { start } from "../session";
import { Board } from "./board";

void start("board", (session) => <Board session={session} />);
