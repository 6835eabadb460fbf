// The bundled page: the packages that npm installed, handed to the code which opens the explorer.
import './environment.js';
import './open.js';
import 'graphiql/style.css';
import { createGraphiQLFetcher, createLocalStorage } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

globalThis.openExplorer({
  GraphiQL,
  createElement,
  createRoot,
  createFetcher: createGraphiQLFetcher,
  storage: createLocalStorage({ namespace: 'kith' }),
});
