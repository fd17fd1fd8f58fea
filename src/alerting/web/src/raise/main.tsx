import { start } from "../session";
import { Raise } from "./raise";

// Without a service worker the page would not open without a network, where it is needed most.
void navigator.serviceWorker?.register("/sw.js");
void start("raise", (session) => <Raise session={session} />);
