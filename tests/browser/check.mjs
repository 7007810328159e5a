// Checks finished pages in a real browser, in every state a reader may meet them in.
//
//   node check.mjs [--states default,320] [--pictures FOLDER] PAGE.html …
//
// Prints one JSON line per page and state: {page, state, axe, htmlcs, own, csp, requests}.
// Exit code 0: nothing found. 1: something found. 2: wrong use, or no browser.
// The browser is Debian's: from CHROMIUM, else the first `chromium` on the path.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { chromium } from "playwright-core";

import { inPage } from "./own.mjs";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const AT_ONCE = 3;
const DESKTOP = { width: 1280, height: 800 };
const SPACING =
  "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }" +
  " p { margin-bottom: 2em !important }";

// state → how the reader's browser differs from a desktop
const STATES = {
  default: {},
  details: { open: true },
  320: { open: true, context: { viewport: { width: 320, height: 640 } } },
  forced: { open: true, context: { forcedColors: "active" } },
  dark: { open: true, context: { colorScheme: "dark" } },
  print: { media: "print" },
  spacing: { open: true, css: SPACING },
  200: { open: true, css: "html { font-size: 200% !important }" },
  noscript: {},
};

const load = createRequire(import.meta.url);
const AXE = readFileSync(load.resolve("axe-core/axe.min.js"), "utf8");
const HTMLCS = readFileSync(load.resolve("@pa11y/html_codesniffer/build/HTMLCS.js"), "utf8");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { states: { type: "string" }, pictures: { type: "string" } },
});
const states = values.states?.split(",") ?? Object.keys(STATES);
const unknown = states.filter((state) => !(state in STATES));
if (!positionals.length || unknown.length) {
  console.error(`Bruk: node check.mjs [--states ${Object.keys(STATES)}] [--pictures MAPPE] SIDE.html …`);
  process.exit(2);
}
if (values.pictures) mkdirSync(values.pictures, { recursive: true });

process.exitCode = await main();

async function main() {
  let browser;
  try {
    browser = await chromium.launch({ executablePath: findBrowser(), args: FLAGS });
  } catch (fault) {
    console.error(`Fant ingen nettleser som kan brukes: ${fault.message.split("\n")[0]}`);
    return 2;
  }
  try {
    const jobs = positionals.flatMap((path) => states.map((state) => ({ path, state })));
    const lines = await inTurn(jobs, ({ path, state }) => examine(browser, path, state));
    sharedTitles(lines);
    for (const line of lines) console.log(JSON.stringify(line));
    const lists = lines.flatMap((line) => [line.axe, line.htmlcs, line.own, line.csp, line.requests]);
    return lists.some((list) => list.length) ? 1 : 0;
  } finally {
    await browser.close();
  }
}

// A few at a time; the answers in the order of the questions.
async function inTurn(jobs, work) {
  const answers = new Array(jobs.length);
  let next = 0;
  const worker = async () => {
    while (next < jobs.length) {
      const place = next++;
      answers[place] = await work(jobs[place]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
}

function sharedTitles(lines) {
  const pages = new Map();
  for (const { title, page, own } of lines) {
    if (title && (pages.get(title) ?? page) !== page) own.push(`tittel brukt to ganger: ${title}`);
    if (title) pages.set(title, page);
  }
}

function findBrowser() {
  return process.env.CHROMIUM || execFileSync("which", ["chromium"], { encoding: "utf8" }).trim();
}

async function examine(browser, path, state) {
  const line = { page: path, state, axe: [], htmlcs: [], own: [], csp: [], requests: [] };
  if (state === "noscript") {
    await withoutScript(browser, path, line);
    return line;
  }
  await underPolicy(browser, path, state, line);
  await withTools(browser, path, state, line);
  return line;
}

// A page of its own, with every request to the net recorded and stopped.
async function open(browser, path, state, requests, options = {}) {
  const { context: settings = {}, media } = STATES[state];
  const context = await browser.newContext({ viewport: DESKTOP, ...settings, ...options });
  await context.route(/^(?!file:|data:|about:)/, (route) => {
    requests.add(route.request().url());
    return route.abort();
  });
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.policyFaults = [];
    document.addEventListener("securitypolicyviolation", (event) => {
      window.policyFaults.push(`${event.effectiveDirective} ${event.blockedURI}`);
    });
  });
  if (media) await page.emulateMedia({ media });
  await page.goto(pathToFileURL(resolve(path)).href);
  if (STATES[state].open) await openDetails(page);
  return { context, page };
}

function openDetails(page) {
  return page.evaluate(() => {
    for (const part of document.querySelectorAll("details")) part.open = true;
  });
}

// The page as it is sent: its own security policy holds.
async function underPolicy(browser, path, state, line) {
  const requests = new Set();
  const { context, page } = await open(browser, path, state, requests);
  line.title = await page.title();
  if (state === "default") line.own.push(...(await keyboard(page)));
  if (state === "print") line.own.push(...(await paper(page)));
  if (values.pictures) {
    const name = `${basename(dirname(resolve(path)))}-${basename(path, ".html")}-${state}.png`;
    writeFileSync(join(values.pictures, name), await page.screenshot({ fullPage: true }));
  }
  const policy = await page.evaluate(() => [
    document.querySelectorAll('meta[http-equiv="Content-Security-Policy" i]').length,
    window.policyFaults,
  ]);
  if (policy[0] !== 1) line.csp.push(`${policy[0]} regler for innhold`);
  line.csp.push(...new Set(policy[1]));
  line.requests.push(...requests);
  await context.close();
}

// The same page with axe, HTML_CodeSniffer and our own checks let in.
async function withTools(browser, path, state, line) {
  const { context, page } = await open(browser, path, state, new Set(), { bypassCSP: true });
  if (STATES[state].css) await page.addStyleTag({ content: STATES[state].css });
  line.own.push(...(await page.evaluate(inPage, state)));
  await page.evaluate(AXE);
  const result = await page.evaluate(
    (tags) => window.axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }),
    AXE_TAGS,
  );
  for (const { id, nodes } of result.violations) {
    line.axe.push({ id, nodes: nodes.length, first: String(nodes[0].target) });
  }
  await page.evaluate(HTMLCS);
  line.htmlcs.push(...(await page.evaluate(sniff)));
  await context.close();
}

// Runs in the page: the errors of HTML_CodeSniffer, not its notices and warnings.
function sniff() {
  return new Promise((done) => {
    window.HTMLCS.process("WCAG2AA", document, () => {
      const errors = window.HTMLCS.getMessages().filter((message) => message.type === window.HTMLCS.ERROR);
      done(errors.map((message) => `${message.code} ${message.element?.outerHTML?.slice(0, 80) ?? ""}`));
    });
  });
}

// First Tab is the skip link, and it moves focus to the content.
async function keyboard(page) {
  const findings = [];
  const focused = () => page.evaluate(() => `${document.activeElement.tagName} ${document.activeElement.textContent.trim().slice(0, 30)}`);
  await page.keyboard.press("Tab");
  if ((await focused()) !== "A Hopp til hovedinnhold") findings.push(`første tabulator: ${await focused()}`);
  const visible = await page.evaluate(() => getComputedStyle(document.activeElement).clipPath);
  if (visible !== "none") findings.push("hopplenken vises ikke med fokus");
  await page.keyboard.press("Enter");
  if (!(await focused()).startsWith("MAIN ")) findings.push(`hopplenken flytter fokus til ${await focused()}`);
  return findings;
}

// The printed page: tagged, and every table's caption on it although its details are closed.
async function paper(page) {
  const findings = [];
  const captions = await page.evaluate(() => [...document.querySelectorAll("caption")].map((c) => c.textContent));
  const folder = mkdtempSync(join(tmpdir(), "papir-"));
  const file = join(folder, "side.pdf");
  try {
    await page.pdf({ path: file, preferCSSPageSize: true, tagged: true });
    const squeeze = (text) => text.replace(/\s+/g, "");
    const text = squeeze(execFileSync("pdftotext", [file, "-"], { encoding: "utf8", maxBuffer: 2 ** 26 }));
    for (const caption of captions) {
      if (!text.includes(squeeze(caption))) findings.push(`mangler i PDF: ${caption}`);
    }
    const facts = execFileSync("pdfinfo", [file], { encoding: "utf8" });
    if (!/^Tagged:\s+yes$/m.test(facts)) findings.push("PDF uten merker for skjermleser");
    if (!/^Title:\s+\S/m.test(facts)) findings.push("PDF uten tittel");
  } catch (fault) {
    findings.push(`PDF kunne ikke prøves: ${fault.message.split("\n")[0]}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return findings;
}

// Without scripts the page says the same, and asks the net for nothing.
async function withoutScript(browser, path, line) {
  const requests = new Set();
  const texts = [];
  for (const javaScriptEnabled of [true, false]) {
    const { context, page } = await open(browser, path, "noscript", requests, { javaScriptEnabled });
    texts.push(await page.locator("body").innerText());
    await context.close();
  }
  if (texts[0] !== texts[1]) line.own.push("teksten er en annen uten skript");
  line.requests.push(...requests);
}
