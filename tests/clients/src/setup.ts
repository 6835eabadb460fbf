// What a browser has and Node 20 lacks, and the people of the test.
import { WebSocket } from "ws";

Object.assign(globalThis, { WebSocket });

type Person = { token: string; id: string; name: string };

export const world = JSON.parse(process.env.KITH_WORLD!) as {
  url: string;
  ada: Person;
  bob: Person;
  conversation: string;
};

/** Send a message as Bob, from another device than the client under test. */
export async function bobWrites(text: string): Promise<void> {
  const query = `mutation($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }`;
  const response = await fetch(world.url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${world.bob.token}` },
    body: JSON.stringify({
      query,
      variables: { input: { conversationId: world.conversation, text } },
    }),
  });
  const { data } = (await response.json()) as { data: { sendMessage: { __typename: string } } };
  if (data.sendMessage.__typename !== "SendMessageSuccess") throw new Error("not sent");
}

/** Collects what a stream tells, and waits for more. */
export class Told<T> {
  private readonly events: T[] = [];
  private wake = () => {};

  readonly add = (event: T): void => {
    this.events.push(event);
    this.wake();
  };

  /** The next events for which a condition holds; the others are passed over. */
  async next(count: number, matches: (event: T) => boolean): Promise<T[]> {
    const found: T[] = [];
    while (found.length < count) {
      if (this.events.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
      const event = this.events.shift()!;
      if (matches(event)) found.push(event);
    }
    return found;
  }
}
