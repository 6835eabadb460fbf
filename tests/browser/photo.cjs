// Logs in on the example page, uploads a photo and waits until it is shown; prints what was seen.
//
//   node photo.cjs <job.json>      job: {url, login, password, file, chromium}
const { readFile } = require('node:fs/promises');
const { chromium } = require('playwright-core');

async function main() {
  const job = JSON.parse(await readFile(process.argv[2], 'utf8'));
  const browser = await chromium.launch({
    executablePath: job.chromium,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage();
    const complaints = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(job.url);
    await page.getByLabel('E-mail').fill(job.login);
    await page.getByLabel('Password').fill(job.password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByLabel('Photo').setInputFiles(job.file);
    await page.getByRole('button', { name: 'Upload' }).click();
    const photo = page.getByRole('img', { name: 'Yours' });
    await photo.waitFor();
    const shown = await photo.evaluate(async (image) => {
      await image.decode();
      return { width: image.naturalWidth, height: image.naturalHeight, src: image.src };
    });
    const said = await page.getByRole('status').innerText();
    process.stdout.write(JSON.stringify({ shown, said, complaints }));
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
