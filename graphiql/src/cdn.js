// The page without bundled assets: GraphiQL's last browser-global build, loaded from the CDN.
globalThis.openExplorer({
  GraphiQL: globalThis.GraphiQL,
  createElement: globalThis.React.createElement,
  createRoot: globalThis.ReactDOM.createRoot,
  createFetcher: globalThis.GraphiQL.createFetcher,
});
