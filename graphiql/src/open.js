// Opens GraphiQL with the page's settings; the same code runs on bundled and on CDN packages.
globalThis.openExplorer = ({ GraphiQL, createElement, createRoot, createFetcher, storage }) => {
  const { endpoint, examples } = JSON.parse(document.getElementById('settings').textContent);
  const url = new URL(endpoint, location.href);
  const socket = new URL(url);
  socket.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';

  createRoot(document.getElementById('graphiql')).render(
    createElement(GraphiQL, {
      fetcher: createFetcher({
        url: url.href,
        subscriptionUrl: socket.href,
        // Log-in answers with httpOnly cookies; this page and the socket send them by themselves.
        fetch: (address, options) => fetch(address, { ...options, credentials: 'same-origin' }),
        enableIncrementalDelivery: false,
      }),
      defaultTabs: examples,
      defaultEditorToolsVisibility: 'variables',
      // Tokens typed into the headers tab must not outlive the page.
      shouldPersistHeaders: false,
      showPersistHeadersSettings: false,
      // Other projects' GraphiQL may have lived on the same host and port.
      storage,
    }),
  );
};
