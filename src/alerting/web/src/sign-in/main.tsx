import { fallback, preferred, speak } from "../language";
import { draw } from "../session";
import { SignIn } from "./sign_in";

void speak(preferred() ?? fallback(), "sign-in").then(() => draw(<SignIn />));
