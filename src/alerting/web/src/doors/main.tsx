import { start } from "../session";
import { followIfAgreed } from "./geolocation";
import { Loading } from "./loading";

// Browsers offer no service worker on a page that was not loaded over HTTPS.
void navigator.serviceWorker?.register("/sw.js");
void followIfAgreed();
void start("doors", (session) => <Loading session={session} />);
