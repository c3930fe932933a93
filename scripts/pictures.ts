/** Makes the pictures of the README from the running demo: `node scripts/pictures.ts`. Needs Chromium and a built web app. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(ROOT, 'docs/pictures');
const PORT = 4680;
const EMULATOR_PORT = 4690;
const BASE = `http://127.0.0.1:${PORT}`;
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function startDemo(dataDir: string): ChildProcess {
  return spawn(process.execPath, ['server/src/main.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      PORT: String(PORT),
      STOREKEEPER_PUBLIC_URL: BASE,
      STOREKEEPER_EMULATOR_PORT: String(EMULATOR_PORT),
      STOREKEEPER_EMULATOR_PROXY_PORT: String(EMULATOR_PORT + 1),
      STOREKEEPER_DATA_DIR: dataDir,
      STOREKEEPER_DATABASE_URL: `sqlite:${dataDir}/storekeeper.db`,
      STOREKEEPER_DEMO: 'on',
    },
  });
}

async function untilReady(): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const ready = await fetch(`${BASE}/readyz`)
      .then((answer) => answer.ok)
      .catch(() => false);
    if (ready) return;
    await sleep(100);
  }
  throw new Error('the demo did not become ready');
}

async function take(page: Page, name: string): Promise<void> {
  await sleep(900);
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}

async function pictures(page: Page): Promise<void> {
  await page.goto(BASE);
  await page.getByRole('button', { name: /demo account/i }).click();
  await page.getByRole('heading', { name: 'Store Manager', level: 1 }).waitFor();
  await take(page, 'store-manager');
  await page.getByRole('button', { name: 'Reconnect store' }).first().click();
  await page.getByRole('dialog').waitFor();
  await take(page, 'reconnect');
  await page.goto(`${BASE}/demo/fire-drill`);
  await take(page, 'fire-drill');
  await page.goto(`http://127.0.0.1:${EMULATOR_PORT}/sellercentral-europe.amazon.com/apps/manage`);
  await page.getByLabel('Email').fill('owner@haldenhome.test');
  await page.getByLabel('Password').fill('demo-owner');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await take(page, 'seller-central');
}

const dataDir = mkdtempSync(join(tmpdir(), 'storekeeper-pictures-'));
mkdirSync(FOLDER, { recursive: true });
const demo = startDemo(dataDir);
try {
  await untilReady();
  const browser = await chromium.launch({
    executablePath: process.env['STOREKEEPER_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    args: CHROMIUM_FLAGS,
  });
  await pictures(await browser.newPage({ viewport: { width: 1280, height: 800 } }));
  await browser.close();
} finally {
  demo.kill('SIGTERM');
  await sleep(1_500);
  rmSync(dataDir, { recursive: true, force: true });
}
