import { start } from "../session";
import { Raise } from "./raise";

// Without it the page would not open where it is needed most: without a network.
void navigator.serviceWorker?.register("/sw.js");
void start((session) => <Raise session={session} />);
