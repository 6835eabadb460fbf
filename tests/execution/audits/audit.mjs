// Prints the result of every published audit of GraphQL over HTTP as JSON.
// Usage: node audit.mjs <folder of node_modules' parent> <address>
import { createRequire } from 'node:module';

const [folder, url] = process.argv.slice(2);
const { serverAudits } = createRequire(`${folder}/`)('graphql-http');

const results = [];
for (const { id, name, fn } of serverAudits({ url })) {
  const { status, reason } = await fn();
  results.push({ id, name, status, reason: reason ?? null });
}
console.log(JSON.stringify(results));
