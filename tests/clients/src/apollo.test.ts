import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { bobWrites, Told, world } from "./setup";
import { apollo } from "./apollo";
import {
  ConversationQuery, EventsSubscription, MessagesQuery, OwnProfileQuery, ProfileQuery,
  RenameMutation, SendMutation, UnreadQuery,
} from "./documents";
import type { EventsSubscription as Events } from "./gql/graphql";
import { live } from "./live";
import { authorizedFetch } from "./requests";

after(() => live.dispose());

const inConversation = { conversationId: world.conversation };
const isMessage = (event: Events["events"]) => event.__typename === "MessageSent";

test("a person who was loaded with a conversation is in the cache by id", async () => {
  await apollo.query({ query: ConversationQuery, variables: { id: world.conversation } });
  assert.ok(`Profile:${world.bob.id}` in (apollo.cache.extract() as object));
  const cached = await apollo.query({
    query: ProfileQuery, variables: { id: world.bob.id }, fetchPolicy: "cache-only",
  });
  assert.equal(cached.data?.profile?.displayName, world.bob.name);
});

test("what a mutation answers is shown everywhere, and a refusal is data", async () => {
  await apollo.query({ query: OwnProfileQuery });
  const shown = new Told<string | null | undefined>();
  const watching = apollo
    .watchQuery({ query: OwnProfileQuery })
    .subscribe(({ data }) => shown.add(data?.viewer?.profile?.displayName));
  const renamed = await apollo.mutate({
    mutation: RenameMutation, variables: { input: { displayName: "Countess Ada" } },
  });
  assert.equal(renamed.data?.updateProfile.__typename, "UpdateProfileSuccess");
  await shown.next(1, (name) => name === "Countess Ada");
  watching.unsubscribe();

  const refused = await apollo.mutate({
    mutation: SendMutation, variables: { input: { ...inConversation, text: "" } },
  });
  const answer = refused.data?.sendMessage;
  assert.ok(answer?.__typename === "InvalidInput");
  assert.equal(answer.code, "INVALID_INPUT");
  assert.deepEqual(answer.fields.map(({ path }) => path), ["text"]);
});

test("fields of the viewer are merged from several queries", async () => {
  await apollo.query({ query: OwnProfileQuery });
  await apollo.query({ query: UnreadQuery });
  const cached = await apollo.query({ query: OwnProfileQuery, fetchPolicy: "cache-only" });
  assert.equal(cached.data?.viewer?.profile?.id, world.ada.id);
});

test("pages are joined into one list", async () => {
  for (const text of ["one", "two", "three", "four", "five"]) await bobWrites(text);
  const list = apollo.watchQuery({
    query: MessagesQuery, variables: { id: world.conversation, first: 2 }, fetchPolicy: "network-only",
  });
  const shown = new Told<string[]>();
  const watching = list.subscribe(({ data }) => {
    const edges = data?.conversation?.messages?.edges ?? [];
    shown.add(edges.flatMap((edge) => (edge?.node?.text ? [edge.node.text] : [])));
  });
  const [first] = await shown.next(1, (texts) => texts.length > 0);
  assert.deepEqual(first, ["five", "four"]);
  const { data } = list.getCurrentResult();
  const page = data?.conversation?.messages?.pageInfo;
  assert.equal(page?.hasNextPage, true);
  await list.fetchMore({ variables: { after: page?.endCursor } });
  const [both] = await shown.next(1, (texts) => texts.length > 2);
  assert.deepEqual(both, ["five", "four", "three", "two"]);
  watching.unsubscribe();
});

test("a subscription goes on after a cursor, and what it tells is in the cache", async () => {
  const told = new Told<Events["events"]>();
  const listen = (after?: string) =>
    apollo.subscribe({ query: EventsSubscription, variables: { after } }).subscribe(({ data, error }) => {
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
  const cached = await apollo.query({
    query: ConversationQuery, variables: { id: world.conversation }, fetchPolicy: "cache-only",
  });
  assert.equal(cached.data?.conversation?.unreadCount, last.conversation?.unreadCount);
});

test("a persisted query is sent whole once, and by its hash from then on", async () => {
  const sent: string[] = [];
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const http = new HttpLink({
    uri: world.url,
    fetch: (url, init) => {
      const { query } = JSON.parse(init?.body as string) as { query?: string };
      sent.push(query ? "whole" : "hash");
      return authorizedFetch(url, init);
    },
  });
  const client = new ApolloClient({
    link: new PersistedQueryLink({ sha256 }).concat(http),
    cache: new InMemoryCache(),
    queryDeduplication: false,
  });
  // A name of its own, because the server remembers documents from test to test.
  const query = gql(`query Persisted${Date.now()} { viewer { profile { id } } }`);
  for (let turn = 0; turn < 2; turn++) {
    const { data, error } = await client.query<{ viewer: { profile: { id: string } } }>({
      query, fetchPolicy: "network-only",
    });
    assert.equal(error, undefined);
    assert.equal(data?.viewer.profile.id, world.ada.id);
  }
  assert.deepEqual(sent, ["hash", "whole", "hash"]);
});
