import { draw } from "../session";
import { SignIn } from "./sign_in";

draw(<SignIn />);
