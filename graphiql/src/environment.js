// What the Monaco editor needs to know about its page before it starts: its workers and the nonce.
globalThis.MonacoEnvironment = {
  getWorker(_id, label) {
    const name = ['graphql', 'json'].includes(label) ? label : 'editor';
    return new Worker(new URL(`${name}.worker.js`, import.meta.url), { name: label });
  },
};

// Monaco, Radix and Motion write <style> elements and offer no common way to pass a nonce. Giving
// it to every style element made by a script keeps 'unsafe-inline' for elements out of the policy:
// markup that somebody injects as text still has no nonce.
const { nonce } = document.querySelector('script[nonce]');
const createElement = document.createElement.bind(document);
document.createElement = (name, options) => {
  const element = createElement(name, options);
  if (element instanceof HTMLStyleElement) element.nonce = nonce;
  return element;
};
