import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  commitMutation, createOperationDescriptor, fetchQuery, getRequest, getSelector, requestSubscription,
  type GraphQLTaggedNode, type OperationType, type Variables,
} from "relay-runtime";
import { bobWrites, Told, world } from "./setup";
import { live } from "./live";
import { environment } from "./relay";
import Conversation, { type documentsConversationQuery } from "./relay/__generated__/documentsConversationQuery.graphql";
import Events, { type documentsEventsSubscription } from "./relay/__generated__/documentsEventsSubscription.graphql";
import MessagesPage, { type documentsMessagesPageQuery } from "./relay/__generated__/documentsMessagesPageQuery.graphql";
import Messages, { type documentsMessages$data } from "./relay/__generated__/documentsMessages.graphql";
import PersonRefetch, { type documentsPersonRefetchQuery } from "./relay/__generated__/documentsPersonRefetchQuery.graphql";
import Person, { type documentsPerson$data } from "./relay/__generated__/documentsPerson.graphql";
import Send, { type documentsSendMutation } from "./relay/__generated__/documentsSendMutation.graphql";

after(() => live.dispose());

type Event = documentsEventsSubscription["response"]["events"];
const isMessage = (event: Event) => event.__typename === "MessageSent";

const ask = <T extends OperationType>(query: GraphQLTaggedNode, variables: T["variables"]) =>
  fetchQuery<T>(environment, query, variables).toPromise();

/** What a fragment shows of a record, read from the store. */
function shown(fragment: typeof Person | typeof Messages, key: unknown): unknown {
  const selector = getSelector(fragment, key as never);
  assert.ok(selector?.kind === "SingularReaderSelector");
  return environment.lookup(selector).data;
}

/** Keep a query's records in the store, as a component that shows it does. */
function keep(query: GraphQLTaggedNode, variables: Variables) {
  environment.retain(createOperationDescriptor(getRequest(query), variables));
}

test("a compiled query fills the store, and its fragments read it", async () => {
  keep(Conversation, { id: world.conversation });
  const data = await ask<documentsConversationQuery>(Conversation, { id: world.conversation });
  const person = shown(Person, data?.conversation?.other) as documentsPerson$data;
  assert.equal(person.displayName, world.bob.name);
});

test("a fragment is fetched again through node", async () => {
  const data = await ask<documentsPersonRefetchQuery>(PersonRefetch, { id: world.bob.id });
  const person = shown(Person, data?.node) as documentsPerson$data;
  assert.deepEqual([person.id, person.displayName], [world.bob.id, world.bob.name]);
});

test("a connection takes its next page through node", async () => {
  for (const text of ["one", "two", "three", "four"]) await bobWrites(text);
  keep(Conversation, { id: world.conversation });
  const first = await ask<documentsConversationQuery>(Conversation, { id: world.conversation });
  const record = environment.getStore().getSource().get(world.conversation);
  assert.ok(record);
  const texts = () =>
    (shown(Messages, first?.conversation) as documentsMessages$data).messages.edges.map(({ node }) => node.text);
  assert.deepEqual(texts(), ["four", "three"]);
  const cursor = environment
    .getStore().getSource().get(`client:${world.conversation}:__documents_messages_connection:pageInfo`);
  const after = cursor?.endCursor as string;
  await ask<documentsMessagesPageQuery>(MessagesPage, { id: world.conversation, count: 2, cursor: after });
  assert.deepEqual(texts(), ["four", "three", "two", "one"]);
});

test("a mutation answers its success or a refusal", async () => {
  const send = (text: string) =>
    new Promise<documentsSendMutation["response"]["sendMessage"]>((resolve, reject) =>
      commitMutation<documentsSendMutation>(environment, {
        mutation: Send,
        variables: { input: { conversationId: world.conversation, text } },
        onCompleted: ({ sendMessage }) => resolve(sendMessage),
        onError: reject,
      }),
    );
  const sent = await send("from Relay");
  assert.ok(sent.__typename === "SendMessageSuccess");
  assert.equal(sent.sentMessage?.text, "from Relay");
  const refused = await send("");
  assert.ok(refused.__typename === "InvalidInput");
  assert.equal(refused.code, "INVALID_INPUT");
  assert.deepEqual(refused.fields?.map(({ path }) => path), ["text"]);
});

test("a subscription goes on after a cursor", async () => {
  const told = new Told<Event>();
  const listen = (after?: string) =>
    requestSubscription<documentsEventsSubscription>(environment, {
      subscription: Events,
      variables: { after },
      onNext: (data) => data && told.add(data.events),
      onError: (error) => {
        throw error;
      },
    });
  let listening = listen();
  await told.next(1, ({ __typename }) => __typename === "Heartbeat");
  await bobWrites("heard");
  const [heard] = await told.next(1, isMessage);
  listening.dispose();
  for (const text of ["missed", "missed too"]) await bobWrites(text);
  listening = listen(heard.cursor);
  const missed = await told.next(2, isMessage);
  listening.dispose();
  assert.deepEqual([heard, ...missed].map(({ message }) => message?.text), ["heard", "missed", "missed too"]);
});
