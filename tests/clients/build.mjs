// Makes the tests of clients: generates what the generators generate, checks types, and builds.
// Works in the current directory, which holds a copy of this one, the snippets, and node_modules.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(join(process.cwd(), "package.json"));
const { build } = require("esbuild");
const bundle = (entryPoints) =>
  build({ entryPoints, outdir: "build", bundle: true, packages: "external", platform: "node", format: "cjs" });
const run = (package_, bin, ...options) =>
  execFileSync(process.execPath, [join("node_modules", package_, bin), ...options], { stdio: "inherit" });

await bundle(["codegen.ts"]);
await generate(require("./build/codegen.js").default);
mkdirSync("src/relay/__generated__", { recursive: true });
run("relay-compiler", "cli.js", "relay.config.json");
run("typescript", "bin/tsc");
await bundle(readdirSync("src").filter((name) => name.endsWith(".test.ts")).map((name) => `src/${name}`));

/** Run GraphQL Code Generator as its configuration says. */
async function generate({ schema, documents, generates, config }) {
  const { buildSchema, parse } = require("graphql");
  const { codegen } = require("@graphql-codegen/core");
  const schemaAst = buildSchema(readFileSync(schema, "utf8"));
  const common = { schema: parse(readFileSync(schema, "utf8")), schemaAst, config, documents: [] };
  for (const [output, { preset, plugins = [] }] of Object.entries(generates)) {
    const made = preset
      ? await require(`@graphql-codegen/${preset}-preset`).preset.buildGeneratesSection({
          ...common, baseOutputDir: output, plugins: [], pluginMap: {}, presetConfig: {},
          documents: read(documents, parse),
        })
      : [{
          ...common, filename: output, plugins: plugins.map((name) => ({ [name]: {} })),
          pluginMap: Object.fromEntries(plugins.map((name) => [name, require(`@graphql-codegen/${name}`)])),
        }];
    for (const { filename, ...options } of made) {
      mkdirSync(dirname(filename), { recursive: true });
      writeFileSync(filename, await codegen({ ...options, filename, schemaAst }));
    }
  }
}

/** The operations that are given to `graphql(...)` in the files of the configuration. */
function read(pattern, parse) {
  const folder = pattern.slice(0, pattern.indexOf("/**"));
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      return [...text.matchAll(/graphql\(`(.*?)`\)/gs)].map(([, rawSDL]) => ({
        location: name, rawSDL, document: parse(rawSDL),
      }));
    });
}
