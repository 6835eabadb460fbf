import assert from "node:assert/strict";
import { after, mock, test } from "node:test";
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery, lexicographicSortSchema, printSchema } from "graphql";
import { bobWrites, Told, world } from "./setup";
import { urql } from "./urql";
import {
  ConversationQuery, EventsSubscription, MessagesQuery, OwnProfileQuery, ProfileQuery,
  RenameMutation, SendMutation, UnreadQuery,
} from "./documents";
import type { EventsSubscription as Events } from "./gql/graphql";
import { live } from "./live";
import schema from "./schema.json";

// Graphcache warns of every type without a key, and of what it does not find in the schema.
const warn = mock.method(console, "warn", () => {});

after(() => {
  assert.deepEqual(warn.mock.calls.map(({ arguments: said }) => said), []);
  return live.dispose();
});

const inConversation = { conversationId: world.conversation };
const isMessage = (event: Events["events"]) => event.__typename === "MessageSent";

test("the schema that the cache knows is the one that the server tells", async () => {
  const told = await urql
    .query<IntrospectionQuery>(getIntrospectionQuery(), {}, { requestPolicy: "network-only" })
    .toPromise();
  assert.equal(told.error, undefined);
  const printed = (found: IntrospectionQuery) => printSchema(lexicographicSortSchema(buildClientSchema(found)));
  assert.deepEqual(
    printed(told.data!).match(/^\w+ \w+/gm),
    printed(schema as unknown as IntrospectionQuery).match(/^\w+ \w+/gm),
  );
});

test("a person who was loaded with a conversation is in the cache by id", async () => {
  const loaded = await urql.query(ConversationQuery, { id: world.conversation }).toPromise();
  assert.equal(loaded.error, undefined);
  const again = await urql
    .query(ConversationQuery, { id: world.conversation }, { requestPolicy: "cache-only" })
    .toPromise();
  assert.equal(again.data?.conversation?.other?.displayName, world.bob.name);
  // Graphcache knows by the resolver of the snippet which profile an id stands for.
  const cached = await urql
    .query(ProfileQuery, { id: world.bob.id }, { requestPolicy: "cache-only" })
    .toPromise();
  assert.equal(cached.data?.profile?.displayName, world.bob.name);
});

test("what a mutation answers is shown everywhere, and a refusal is data", async () => {
  await urql.query(OwnProfileQuery, {}).toPromise();
  const renamed = await urql.mutation(RenameMutation, { input: { displayName: "Lady Ada" } }).toPromise();
  assert.equal(renamed.error, undefined);
  assert.equal(renamed.data?.updateProfile.__typename, "UpdateProfileSuccess");
  const cached = await urql.query(OwnProfileQuery, {}, { requestPolicy: "cache-only" }).toPromise();
  assert.equal(cached.data?.viewer?.profile?.displayName, "Lady Ada");

  const refused = await urql.mutation(SendMutation, { input: { ...inConversation, text: "" } }).toPromise();
  const answer = refused.data?.sendMessage;
  assert.ok(answer?.__typename === "InvalidInput");
  assert.equal(answer.code, "INVALID_INPUT");
  assert.deepEqual(answer.fields.map(({ path }) => path), ["text"]);
});

test("fields of the viewer are merged from several queries", async () => {
  await urql.query(OwnProfileQuery, {}).toPromise();
  await urql.query(UnreadQuery, {}).toPromise();
  const cached = await urql.query(OwnProfileQuery, {}, { requestPolicy: "cache-only" }).toPromise();
  assert.equal(cached.data?.viewer?.profile?.id, world.ada.id);
});

test("pages are joined into one list", async () => {
  for (const text of ["one", "two", "three", "four", "five"]) await bobWrites(text);
  const variables = { id: world.conversation, first: 2 };
  const first = await urql.query(MessagesQuery, variables).toPromise();
  const page = first.data?.conversation?.messages.pageInfo;
  assert.equal(page?.hasNextPage, true);
  const joined = await urql.query(MessagesQuery, { ...variables, after: page?.endCursor }).toPromise();
  const texts = joined.data?.conversation?.messages.edges.map(({ node }) => node.text);
  assert.deepEqual(texts, ["five", "four", "three", "two"]);
});

test("a subscription goes on after a cursor, and what it tells is in the cache", async () => {
  const told = new Told<Events["events"]>();
  const listen = (after?: string) =>
    urql.subscription(EventsSubscription, { after }).subscribe(({ data, error }) => {
      if (error) throw error;
      if (data) told.add(data.events);
    });
  let listening = listen();
  await told.next(1, ({ __typename }) => __typename === "Heartbeat");
  await bobWrites("heard");
  const [heard] = await told.next(1, isMessage);
  listening.unsubscribe();
  await bobWrites("missed");
  await bobWrites("missed too");
  listening = listen(heard.cursor);
  const missed = await told.next(2, isMessage);
  listening.unsubscribe();
  const texts = [heard, ...missed].map((event) => event.__typename === "MessageSent" && event.message?.text);
  assert.deepEqual(texts, ["heard", "missed", "missed too"]);
  const last = missed[1];
  assert.ok(last.__typename === "MessageSent");
  const cached = await urql
    .query(ConversationQuery, { id: world.conversation }, { requestPolicy: "cache-only" })
    .toPromise();
  assert.equal(cached.data?.conversation?.unreadCount, last.conversation?.unreadCount);
});
