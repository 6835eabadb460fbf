import assert from "node:assert/strict";
import { after, test } from "node:test";
import { bobWrites, world } from "./setup";
import { followInbox } from "./inbox";
import { live } from "./live";
import { ended, told } from "./screen";
import { authorizedFetch } from "./requests";

after(() => live.dispose());

async function ask(query: string) {
  const response = await authorizedFetch(world.url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data: object; extensions: { cursor: string } };
}

const isMessage = ({ __typename }: { __typename: string }) => __typename === "MessageSent";

test("the inbox goes on where it was after the connection broke, without holes and twins", async () => {
  const { extensions } = await ask("{ viewer { unreadCount } }");
  await bobWrites("while the screen was loading");
  const stop = followInbox(extensions.cursor);
  const heard = await told.next(1, isMessage);
  live.terminate();
  for (const text of ["while away", "once more"]) await bobWrites(text);
  heard.push(...(await told.next(2, isMessage)));
  assert.deepEqual(heard.map(({ message }) => message?.text), [
    "while the screen was loading", "while away", "once more",
  ]);
  stop();
  await new Promise(setImmediate);
  assert.deepEqual(ended, []);
});

test("the inbox ends with the session", async () => {
  followInbox(null);
  await told.next(1, ({ __typename }) => __typename === "Heartbeat");
  const { data } = await ask(`mutation { logOut(input: {}) { __typename } }`);
  assert.deepEqual(data, { logOut: { __typename: "LogOutSuccess" } });
  while (ended.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual(ended, ["complete"]);
});
