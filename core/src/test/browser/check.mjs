// Opens a report page in Chromium and checks it: node check.mjs PAGE.html PICTURES-FOLDER
// Prints one line of JSON per check: {"check": "...", "faults": ["..."]}.
import { chromium } from 'playwright-core';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchOptions } from './launch.mjs';

const [file, folder] = process.argv.slice(2);
const url = pathToFileURL(path.resolve(file)).href;
const profile = mkdtempSync(path.join(tmpdir(), 'spoor-browser-'));
mkdirSync(folder, { recursive: true });

const report = (check, faults) => console.log(JSON.stringify({ check, faults: [...new Set(faults)].slice(0, 20) }));
const picture = (tab, name) => tab.screenshot({ path: path.join(folder, name + '.png'), fullPage: true });

// Runs in the page: text whose colour is too close to what is behind it (WCAG 2.2, 1.4.3)
function weakContrast() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const behind = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      const style = getComputedStyle(e);
      const tinted = e.classList?.contains('tactic') ? e.querySelector('rect') : null;
      if (tinted) {
        const tint = rgba(getComputedStyle(tinted).fill);
        layers.push([...tint.slice(0, 3), Number(getComputedStyle(tinted).fillOpacity)]);
      }
      layers.push(rgba(style.backgroundColor));
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faults = [];
  for (const element of document.querySelectorAll('body *')) {
    const text = [...element.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join('');
    if (!text || ['title', 'desc'].includes(element.tagName) || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const below = behind(element);
    const ink = over(rgba(element instanceof SVGElement ? style.fill : style.color), below);
    const [a, b] = [light(ink), light(below)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faults.push(`${ratio.toFixed(2)}: ${element.tagName}.${element.getAttribute('class')} "${text.slice(0, 30)}"`);
  }
  return faults;
}

// Runs in the page: what a page without script, links out or unsafe markup must not have
function unsafeMarkup() {
  const faults = [];
  if (window.pwned !== undefined) faults.push('a script from the log ran');
  for (const e of document.querySelectorAll('script, img, iframe, object, embed, link, form, base, video, audio, [src], [style]')) {
    faults.push('element ' + e.outerHTML.slice(0, 80));
  }
  for (const e of document.querySelectorAll('*')) {
    for (const a of e.attributes) {
      if (a.name.startsWith('on')) faults.push('handler ' + a.name);
      if (a.name.endsWith('href') && !/^#[\w-]+$/.test(a.value)) faults.push('link ' + a.value.slice(0, 80));
    }
  }
  return faults;
}

// Runs in the page: names that point nowhere, or twice
function brokenReferences() {
  const faults = [];
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push('id twice: ' + id);
  for (const e of document.querySelectorAll('[href]')) if (!ids.includes(e.getAttribute('href').slice(1))) faults.push('href ' + e.getAttribute('href'));
  for (const e of document.querySelectorAll('[aria-labelledby]')) {
    for (const id of e.getAttribute('aria-labelledby').split(' ')) if (!ids.includes(id)) faults.push('aria-labelledby ' + id);
  }
  return faults;
}

// Runs in the page: headings must not skip a level
function headingFaults() {
  const faults = [];
  let last = 0;
  for (const h of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    const level = Number(h.tagName[1]);
    if (level > last + 1) faults.push(`h${last} then h${level}: ${h.textContent.slice(0, 40)}`);
    last = level;
  }
  if (document.querySelectorAll('h1').length !== 1) faults.push('not exactly one h1');
  return faults;
}

const tooWide = () => {
  const faults = [];
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > room) {
    faults.push(`${document.documentElement.scrollWidth} > ${room}`);
    for (const e of document.querySelectorAll('body *')) {
      if (e.getBoundingClientRect().right > room + 1) faults.push(e.tagName + '.' + e.getAttribute('class'));
    }
  }
  return faults;
};
const openAll = (open) => document.querySelectorAll('details').forEach((d) => (d.open = open));

const context = await chromium.launchPersistentContext(profile, launchOptions());
try {
  const tab = await context.newPage();
  const requests = [];
  const complaints = [];
  context.on('request', (r) => r.url() !== url && requests.push(r.url().slice(0, 120)));
  tab.on('console', (m) => ['error', 'warning'].includes(m.type()) && complaints.push(m.text().slice(0, 200)));
  tab.on('pageerror', (e) => complaints.push(String(e).slice(0, 200)));
  tab.on('dialog', (d) => { complaints.push('dialog: ' + d.message()); d.dismiss(); });
  await tab.goto(url, { waitUntil: 'load' });

  report('a script of the log never runs, nothing is loaded or linked out', await tab.evaluate(unsafeMarkup));
  report('every reference leads somewhere', await tab.evaluate(brokenReferences));
  report('headings stand in order', await tab.evaluate(headingFaults));

  for (const [name, width, height] of [['phone', 360, 780], ['tablet', 768, 1024], ['desk', 1280, 900]]) {
    await tab.setViewportSize({ width, height });
    for (const open of [false, true]) {
      await tab.evaluate(openAll, open);
      report(`no sideways scrolling at ${width} px, events ${open ? 'open' : 'closed'}`, await tab.evaluate(tooWide));
    }
    for (const colorScheme of ['light', 'dark']) {
      await tab.emulateMedia({ colorScheme });
      report(`contrast of at least 4.5 at ${width} px, ${colorScheme}`, await tab.evaluate(weakContrast));
      await tab.evaluate(openAll, false);
      await picture(tab, `${name}-${colorScheme}`);
      await tab.evaluate(openAll, true);
    }
  }

  // By keyboard: the first stop skips to the report; every event opens with Enter
  await tab.evaluate(openAll, false);
  await tab.evaluate(() => { window.scrollTo(0, 0); document.activeElement?.blur(); });
  const keyboard = [];
  await tab.keyboard.press('Tab');
  const skip = await tab.evaluate(() => ({ text: document.activeElement.className, top: document.activeElement.getBoundingClientRect().top }));
  if (skip.text !== 'skip' || skip.top < 0) keyboard.push('the first stop is not a visible skip link');
  const events = await tab.locator('summary').count();
  for (let i = 0, found = 0; i < 400 && found < Math.min(events, 3); i++) {
    await tab.keyboard.press('Tab');
    const stop = await tab.evaluate(() => {
      const e = document.activeElement;
      const style = getComputedStyle(e);
      return { tag: e.tagName, outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 };
    });
    if (!stop.outline) keyboard.push('focus is not visible on ' + stop.tag);
    if (stop.tag === 'SUMMARY') {
      found++;
      await tab.keyboard.press('Enter');
      if (!(await tab.evaluate(() => document.activeElement.parentElement.open))) keyboard.push('Enter does not open');
    } else if (stop.tag === 'BODY') {
      keyboard.push(`only ${found} of ${events} events reached`);
      break;
    }
  }
  report('all works by keyboard', keyboard);

  // Printed: closed events are shown, and nothing is wider than the sheet
  await tab.evaluate(openAll, false);
  await tab.emulateMedia({ media: 'print', colorScheme: 'light' });
  await tab.setViewportSize({ width: 720, height: 1000 });
  const print = await tab.evaluate(() => [...document.querySelectorAll('details pre')]
    .filter((e) => !e.checkVisibility({ contentVisibilityAuto: true }) || e.getBoundingClientRect().height < 5).map((e) => 'hidden: ' + e.textContent.slice(0, 40)));
  report('printed pages show every event', [...print, ...(await tab.evaluate(tooWide))]);
  report('contrast of at least 4.5 in print', await tab.evaluate(weakContrast));
  const pdf = await tab.pdf({ path: path.join(folder, 'page.pdf'), preferCSSPageSize: true, format: 'A4' });
  report('a PDF can be printed', pdf.length > 10_000 ? [] : [`only ${pdf.length} bytes`]);

  report('no request leaves the page', requests);
  report('the console stays silent', complaints);

  // Last, since the browser complains about it: a script that got in after all would not run
  const blocked = await tab.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.pwned = 2';
    document.body.append(script);
    return window.pwned === undefined ? [] : ['an injected script ran'];
  });
  report('the content security policy stops what would get in', blocked);
} finally {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
}
