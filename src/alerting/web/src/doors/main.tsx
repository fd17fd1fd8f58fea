import { start } from "../session";
import { startsElsewhere } from "../start_page";
import { followIfAgreed } from "./geolocation";
import { Loading } from "./loading";

void followIfAgreed();
void start("doors", (session) => {
  const other = startsElsewhere(session.me);
  if (other !== null && navigator.onLine) location.replace(other);
  return <Loading session={session} />;
});
