import { start } from "../session";
import { followIfAgreed } from "./geolocation";
import { Opening } from "./loading";

// Browsers have neither where a page did not come over HTTPS.
void navigator.serviceWorker?.register("/sw.js");
void followIfAgreed();
void start((session) => <Opening session={session} />);
