// Pictures of a page: node look.mjs PAGE.html OUT-FOLDER
import { chromium } from 'playwright-core';
import { mkdtempSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchOptions } from './launch.mjs';

const [page, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const context = await chromium.launchPersistentContext(mkdtempSync(path.join(tmpdir(), 'spoor-')), launchOptions());
try {
  const tab = await context.newPage();
  await tab.goto(pathToFileURL(path.resolve(page)).href);
  for (const [name, width, height] of [['phone', 360, 800], ['desk', 1280, 900]]) {
    for (const scheme of ['light', 'dark']) {
      await tab.setViewportSize({ width, height });
      await tab.emulateMedia({ colorScheme: scheme });
      await tab.screenshot({ path: path.join(folder, `${name}-${scheme}.png`), fullPage: true });
    }
  }
  await tab.pdf({ path: path.join(folder, 'page.pdf'), format: 'A4', preferCSSPageSize: true });
} finally {
  await context.close();
}
