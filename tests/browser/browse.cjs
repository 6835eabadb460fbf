// Opens a GraphiQL page in Chromium, carries out steps and prints what happened as one JSON object.
//
//   node browse.cjs <job.json>      job: {url, steps, chromium, timeout, serve?}; timeout in milliseconds
//
// Steps:
//   {do: "run", tab, until?, variables?}  choose a tab, run it, wait until the result holds a text
//   {do: "stop"}                          end the running subscription
//   {do: "docs", types?}                  read the documentation explorer: every type, or these
//   {do: "reload"}                        load the page again, as the same visitor
//   {do: "screenshot", path}              keep a picture
const { readFile } = require('node:fs/promises');
const { chromium } = require('playwright-core');

async function main() {
  const job = JSON.parse(await readFile(process.argv[2], 'utf8'));
  const { hostname } = new URL(job.url);
  const browser = await chromium.launch({
    executablePath: job.chromium,
    args: [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${hostname}`,
    ],
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(job.timeout);
    const seen = await observe(context, page, job.serve ?? {});
    const answer = await page.goto(job.url);
    await ready(page);
    const results = [];
    for (const step of job.steps) {
      results.push(await ACTIONS[step.do](page, step, job.timeout));
    }
    const tabs = await page.locator('.graphiql-tab-button').allInnerTexts();
    process.stdout.write(
      JSON.stringify({
        status: answer.status(),
        policy: answer.headers()['content-security-policy'] ?? '',
        tabs,
        results,
        console_errors: seen.consoleErrors,
        violations: seen.violations,
        failed: seen.failed,
        hosts: [...seen.hosts].sort(),
        sockets: [...seen.sockets],
      }),
    );
  } finally {
    await browser.close();
  }
}

// `serve` maps addresses of other hosts to files, for pages that load packages from a CDN.
async function observe(context, page, serve) {
  const seen = { consoleErrors: [], violations: [], failed: [], hosts: new Set(), sockets: new Set() };
  await context.exposeBinding('reportViolation', (_source, violation) => {
    seen.violations.push(violation);
  });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      window.reportViolation(
        `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      );
    });
  });
  for (const [address, path] of Object.entries(serve)) {
    await context.route(address, (route) =>
      route.fulfill({ path, headers: { 'access-control-allow-origin': '*' } }),
    );
  }
  page.on('console', (message) => {
    if (message.type() === 'error') seen.consoleErrors.push(message.text());
  });
  page.on('pageerror', (error) => seen.consoleErrors.push(String(error)));
  page.on('websocket', (socket) => seen.sockets.add(socket.url()));
  context.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith('http')) seen.hosts.add(host);
  });
  context.on('requestfailed', (request) => {
    const { errorText } = request.failure() ?? {};
    // A page that is left takes back what it has asked for.
    if (errorText !== 'net::ERR_ABORTED') seen.failed.push(`${request.url()} ${errorText}`);
  });
  return seen;
}

async function ready(page) {
  await page.locator('.graphiql-query-editor').waitFor();
  await page.locator('.graphiql-execute-button').waitFor();
  // The documentation and the editors answer once the schema has been read.
  await page.waitForLoadState('networkidle');
}

// Editors show spaces as non-breaking ones and draw only the lines in view.
async function resultText(page) {
  const text = await page.locator('.result-window').innerText();
  return text.replaceAll('\u00a0', ' ');
}

const ACTIONS = {
  async run(page, { tab, until = '"data"', variables }, timeout) {
    await page.locator('.graphiql-tab-button', { hasText: new RegExp(`^${tab}$`) }).click();
    if (variables !== undefined) await fill(page, 'Variables', JSON.stringify(variables));
    // GraphiQL learns the operation's name a moment after the tab changed, and shows no sign of it.
    await page.waitForTimeout(500);
    await page.locator('.graphiql-execute-button').click();
    const end = Date.now() + timeout;
    let text = await resultText(page);
    while (!text.includes(until)) {
      if (Date.now() > end) throw new Error(`${tab}: no ${until} in: ${text}`);
      await page.waitForTimeout(50);
      text = await resultText(page);
    }
    return text;
  },

  async stop(page) {
    await page.locator('.graphiql-execute-button[aria-label^="Stop"]').click();
    await page.locator('.graphiql-execute-button[aria-label^="Execute"]').waitFor();
    return null;
  },

  async docs(page, { types }) {
    const pane = page.locator('.graphiql-doc-explorer');
    if (!(await pane.isVisible())) {
      await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    }
    await pane.locator('.graphiql-doc-explorer-type-name').first().waitFor();
    const listed = await pane.locator('.graphiql-doc-explorer-type-name').allInnerTexts();
    const described = {};
    for (const name of types ?? new Set(listed)) {
      await pane.getByRole('link', { name, exact: true }).first().click();
      await pane.locator('.graphiql-doc-explorer-title', { hasText: new RegExp(`^${name}$`) }).waitFor();
      const text = pane.locator('.graphiql-doc-explorer-content > .graphiql-markdown-description');
      described[name] = (await text.count()) ? (await text.first().innerText()).trim() : '';
      await pane.locator('.graphiql-doc-explorer-back').click();
    }
    return described;
  },

  async reload(page) {
    await page.reload();
    await ready(page);
    return null;
  },

  async screenshot(page, { path }) {
    await page.screenshot({ path });
    return null;
  },
};

async function fill(page, name, text) {
  await page.getByRole('button', { name, exact: true }).click();
  await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden)').click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
