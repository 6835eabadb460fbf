// Mercurius with graphql-jit: batched loaders over node-postgres, with Kith's own statements.
import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";

const QUESTIONS = JSON.parse(process.env.QUESTIONS);
const [port] = process.argv.slice(2);

// Text to text: a Date of JavaScript would lose the microseconds.
const TIMESTAMPTZ = 1184;
pg.types.setTypeParser(TIMESTAMPTZ, (text) => `${text.slice(0, 10)}T${text.slice(11)}:00`);
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

const { hostname, searchParams, pathname, username } = new URL(
  process.env.DATABASE_URL.replace("@/", "@localhost/"),
);
const pool = new pg.Pool({
  host: searchParams.get("host") ?? hostname,
  port: Number(searchParams.get("port") ?? 5432),
  user: username,
  database: pathname.slice(1),
  max: 10,
});

const schema = `
  scalar DateTime
  type PageInfo { hasNextPage: Boolean! }
  type Companion { id: ID! kind: String! name: String! }
  type Profile {
    id: ID! displayName: String! bio: String! pronouns: String city: String
    interests: [String!]! languages: [String!]!
    companions: [Companion!]!
    posts(first: Int = 20): PostConnection!
  }
  type Post { id: ID! content: String! createdAt: DateTime! author: Profile }
  type PostConnection { nodes: [Post!]! pageInfo: PageInfo! }
  type Message { id: ID! position: Int! text: String! sentAt: DateTime! sender: Profile }
  type MessageConnection { nodes: [Message!]! pageInfo: PageInfo! }
  type ConversationMember { readPosition: Int! profile: Profile }
  type ConversationMemberConnection { nodes: [ConversationMember!]! pageInfo: PageInfo! }
  type Conversation {
    id: ID! lastPosition: Int!
    members(first: Int = 20): ConversationMemberConnection!
    messages(first: Int = 20): MessageConnection!
  }
  type Viewer { feed(first: Int = 20): PostConnection! }
  type Query {
    viewer: Viewer
    profile(id: ID!): Profile
    conversation(id: ID!): Conversation
  }
`;

async function read(question, viewer, keys, limit) {
  const { sql, names } = QUESTIONS[question];
  const given = { viewer, keys, limit };
  const values = names.map((name) => given[name]);
  return (await pool.query({ name: question, text: sql, values })).rows;
}

const shown = {
  posts: (row) => ({
    id: row.post_id, content: row.content, createdAt: row.created_at, authorKey: row.author_id,
  }),
  messages: (row) => ({
    id: row.message_id, position: row.position, text: row.text, sentAt: row.sent_at,
    senderKey: row.sender_id,
  }),
  profiles: (row) => ({
    id: row.profile_id, displayName: row.display_name, bio: row.bio, pronouns: row.pronouns,
    city: row.city, interests: row.interests, languages: row.languages,
  }),
  companions: (row) => ({ id: row.companion_id, kind: row.kind, name: row.name }),
  members: (row) => ({ readPosition: row.read_position, profileKey: row.profile_id }),
  conversations: (row) => ({ id: row.conversation_id, lastPosition: row.last_position }),
};

function page(kind, rows, first) {
  const nodes = rows.slice(0, first).map(shown[kind]);
  return { nodes, pageInfo: { hasNextPage: rows.length > first } };
}

function grouped(rows, column) {
  const groups = new Map();
  for (const row of rows) {
    const group = groups.get(row[column]);
    if (group) group.push(row);
    else groups.set(row[column], [row]);
  }
  return groups;
}

const distinct = (keys) => [...new Set(keys)];

const profilesBy = (key) => async (queries, { viewer }) => {
  const keys = queries.map(({ obj }) => obj[key]);
  const rows = await read("profiles", viewer, distinct(keys));
  const found = new Map(rows.map((row) => [row.profile_id, shown.profiles(row)]));
  return keys.map((wanted) => found.get(wanted) ?? null);
};

const listsOf = (question, column) => async (queries, { viewer }) => {
  const keys = queries.map(({ obj }) => obj.id);
  const groups = grouped(await read(question, viewer, distinct(keys)), column);
  return keys.map((key) => (groups.get(key) ?? []).map(shown[question]));
};

const pagesOf = (question, column) => async (queries, { viewer }) => {
  const keys = queries.map(({ obj }) => obj.id);
  const most = Math.max(...queries.map(({ params }) => params.first));
  const groups = grouped(await read(question, viewer, distinct(keys), most + 1), column);
  return queries.map(({ obj, params }) => page(question, groups.get(obj.id) ?? [], params.first));
};

const loaders = {
  Post: { author: profilesBy("authorKey") },
  Message: { sender: profilesBy("senderKey") },
  ConversationMember: { profile: profilesBy("profileKey") },
  Profile: {
    companions: listsOf("companions", "profile_id"),
    posts: pagesOf("posts", "author_id"),
  },
  Conversation: {
    members: pagesOf("members", "conversation_id"),
    messages: pagesOf("messages", "conversation_id"),
  },
};

const resolvers = {
  Query: {
    viewer: () => ({}),
    profile: async (_, { id }, { viewer }) => {
      const [row] = await read("profiles", viewer, [id]);
      return row ? shown.profiles(row) : null;
    },
    conversation: async (_, { id }, { viewer }) => {
      const [row] = await read("conversations", viewer, [id]);
      return row ? shown.conversations(row) : null;
    },
  },
  Viewer: {
    feed: async (_, { first }, { viewer }) =>
      page("posts", await read("feed", viewer, [viewer], first + 1), first),
  },
};

const app = Fastify();
app.register(mercurius, {
  schema,
  resolvers,
  loaders,
  jit: 1,
  context: (request) => ({ viewer: request.headers["x-viewer"] }),
});
process.on("SIGTERM", () => process.exit(0));
await app.listen({ host: "127.0.0.1", port: Number(port) });
