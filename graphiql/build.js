// Bundles GraphiQL and its editor's workers into dist/, from the packages that npm installed.
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

const shared = {
  bundle: true,
  minify: true,
  platform: 'browser',
  target: 'es2022',
  outdir: 'dist',
  legalComments: 'linked',
  logLevel: 'info',
  define: { 'process.env.NODE_ENV': '"production"' },
};

await rm('dist', { recursive: true, force: true });
await build({
  ...shared,
  entryPoints: { main: 'src/main.js' },
  format: 'esm',
  // Only Monaco's icon font is a file of its own; GraphiQL's style sheet carries its fonts inside.
  loader: { '.ttf': 'file' },
  assetNames: '[name]',
});
await build({
  ...shared,
  entryPoints: {
    'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
    'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
    'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
  },
  format: 'iife',
});
