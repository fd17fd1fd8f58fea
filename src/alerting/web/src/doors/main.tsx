import { start } from "../session";
import { followIfAgreed } from "./here";
import { Opening } from "./opening";

// Browsers have neither where a page did not come over HTTPS.
void navigator.serviceWorker?.register("/sw.js");
void followIfAgreed();
void start((session) => <Opening session={session} />);
