import assert from "node:assert/strict";
import { after, test } from "node:test";
import { bobWrites, Told, world } from "./setup";
import type { LiveEvent } from "./screen";
import { stream } from "./stream";

after(() => stream.dispose());

const query = `subscription Inbox($after: String) {
  events(after: $after) { __typename cursor ... on MessageSent { message { text } } }
}`;
const isMessage = ({ __typename }: LiveEvent) => __typename === "MessageSent";

function follow(cursor: string | null) {
  const told = new Told<LiveEvent>();
  const ended: unknown[] = [];
  const stop = stream.subscribe<{ events: LiveEvent }>(
    { query, variables: { after: cursor } },
    {
      next: ({ data }) => data && told.add(data.events),
      error: (error) => ended.push(error),
      complete: () => ended.push("complete"),
    },
  );
  return { told, ended, stop };
}

test("live events come, and go on after a cursor", async () => {
  const first = follow(null);
  await first.told.next(1, ({ __typename }) => __typename === "Heartbeat");
  await bobWrites("by a stream");
  const [heard] = await first.told.next(1, isMessage);
  assert.equal(heard.message?.text, "by a stream");
  first.stop();
  for (const text of ["while away", "once more"]) await bobWrites(text);
  const second = follow(heard.cursor);
  const more = await second.told.next(2, isMessage);
  assert.deepEqual(more.map(({ message }) => message?.text), ["while away", "once more"]);
  second.stop();
});

test("a query is answered too, and a wrong operation is told why", async () => {
  const answers = [];
  for (const query of ["{ viewer { profile { id } } }", "{ nothing }"]) {
    for await (const answer of stream.iterate({ query })) answers.push(answer);
  }
  const [good, bad] = answers;
  assert.deepEqual(good.data, { viewer: { profile: { id: world.ada.id } } });
  assert.deepEqual(bad.errors?.map(({ extensions }) => extensions?.code), ["GRAPHQL_VALIDATION_FAILED"]);
});

test("a stream completes with the session", async () => {
  const { told, ended } = follow(null);
  await told.next(1, ({ __typename }) => __typename === "Heartbeat");
  for await (const { data } of stream.iterate({ query: "mutation { logOut(input: {}) { __typename } }" })) {
    assert.deepEqual(data, { logOut: { __typename: "LogOutSuccess" } });
  }
  while (ended.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual(ended, ["complete"]);
});
