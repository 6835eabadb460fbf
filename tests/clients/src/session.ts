// The application's own part of the snippets: where it keeps its token.
import { world } from "./setup";

export async function freshAccessToken(): Promise<string> {
  return world.ada.token;
}
