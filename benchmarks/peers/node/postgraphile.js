// PostGraphile 5 over the views of postgraphile.sql, which show what the viewer may see.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { grafserv } from "postgraphile/grafserv/node";
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const [port] = process.argv.slice(2);
const { hostname, searchParams, pathname, username } = new URL(
  process.env.DATABASE_URL.replace("@/", "@localhost/"),
);
const host = encodeURIComponent(searchParams.get("host") ?? hostname);

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: `postgresql://${username}@${host}:${searchParams.get("port") ?? 5432}${pathname}`,
      schemas: ["peers"],
      poolConfig: { max: 10 },
    }),
  ],
  grafserv: { watch: false, graphiql: false },
  grafast: {
    explain: false,
    context: ({ node }) => ({ pgSettings: { "peers.viewer": node.req.headers["x-viewer"] } }),
  },
});

const server = createServer();
await instance.createServ(grafserv).addTo(server);
process.on("SIGTERM", () => process.exit(0));
server.listen(Number(port), "127.0.0.1");
