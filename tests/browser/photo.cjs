// Logs in on the example page, uploads a photo, shares it with a text and waits until both are
// shown; prints what was seen.
//
//   node photo.cjs <job.json>      job: {url, login, password, file, text, chromium}
const { readFile } = require('node:fs/promises');
const { chromium } = require('playwright-core');

async function shown(picture) {
  await picture.waitFor();
  return picture.evaluate(async (image) => {
    await image.decode();
    return { width: image.naturalWidth, height: image.naturalHeight, src: image.src };
  });
}

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
    const photo = await shown(page.getByRole('img', { name: 'Yours' }));
    await page.getByLabel('Text').fill(job.text);
    await page.getByLabel('Picture').setInputFiles(job.file);
    await page.getByRole('button', { name: 'Share' }).click();
    const post = page.getByRole('article').filter({ hasText: job.text });
    const picture = await shown(post.getByRole('img'));
    const said = await page.getByRole('status').innerText();
    process.stdout.write(JSON.stringify({ photo, picture, said, complaints }));
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
