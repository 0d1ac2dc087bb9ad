// The real server with its demo, on a folder and a port of its own, and a browser signed in to it by the demo's links.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const executablePath = process.env.VOUCHSAFE_CHROMIUM ?? '/usr/bin/chromium';
const args = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

export type Who =
  | 'Administrator'
  | 'Custodian'
  | 'Operator'
  | 'Reviewer'
  | 'Observer'
  | 'Expert in biology'
  | 'Expert in law';
type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

export class Demo {
  readonly origin: string;
  readonly browser: Browser;
  readonly #server: ChildProcess;
  readonly #folder: string;
  readonly #links: Map<string, string>;
  readonly #sessions = new Map<Who, Session>();
  /** Everything the consoles of all pages said, but for what was refused on purpose. */
  readonly said: string[] = [];

  private constructor(
    origin: string,
    browser: Browser,
    server: ChildProcess,
    folder: string,
    links: Map<string, string>,
  ) {
    this.origin = origin;
    this.browser = browser;
    this.#server = server;
    this.#folder = folder;
    this.#links = links;
  }

  static async start(): Promise<Demo> {
    const program = process.env.VOUCHSAFE_SERVER ?? built();
    const folder = mkdtempSync(join(tmpdir(), 'vouchsafe-browser-'));
    const port = await freePort();
    const server = spawn(program, ['demo', '--data', folder, '--listen', `127.0.0.1:${port}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const links = await printed(server);
    const browser = await chromium.launch({ executablePath, args });
    return new Demo(`http://127.0.0.1:${port}`, browser, server, folder, links);
  }

  /** The sign-in link that the demo printed for somebody; it is good once. */
  linkOf(who: Who): string {
    const link = [...this.#links].find(([name]) => name.startsWith(who))?.[1];
    if (!link) throw new Error(`the demo printed no link for ${who}`);
    return link;
  }

  /** A page of somebody, signed in by his link the first time and by his session from then on. */
  async as(who: Who, { width = 1440, height = 900, dark = false } = {}): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
      storageState: this.#sessions.get(who),
    });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    page.on('console', (message) => {
      if (!/status of 4(01|04|09|22)/.test(message.text()))
        this.said.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.said.push(`thrown: ${error.stack ?? error.message}`));
    if (!this.#sessions.has(who)) {
      await page.goto(this.linkOf(who));
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL((url) => !url.pathname.startsWith('/link'));
      this.#sessions.set(who, await context.storageState());
    }
    return page;
  }

  /** The id of a project by its name, as the operator's browser is told it. */
  async project(name: string): Promise<string> {
    const page = await this.as('Operator');
    const list = (await (await page.context().request.get(`${this.origin}/api/v1/projects`)).json()) as {
      items: { id: string; name: string }[];
    };
    await page.context().close();
    const found = list.items.find((one) => one.name === name);
    if (!found) throw new Error(`there is no project ${name}`);
    return found.id;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    const gone = new Promise((resolve) => this.#server.once('exit', resolve));
    this.#server.kill('SIGTERM');
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 5000))]);
    this.#server.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Builds the server, which embeds the web app as it stands in `dist/`. */
function built(): string {
  execFileSync('cargo', ['build', '--quiet', '--locked', '--package', 'vouchsafe'], {
    cwd: root,
    stdio: 'inherit',
  });
  return join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug', 'vouchsafe');
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** The sign-in links, once the server has printed them all. */
async function printed(server: ChildProcess): Promise<Map<string, string>> {
  return new Promise((resolve, reject) => {
    let out = '';
    let wrong = '';
    const links = new Map<string, string>();
    server.stderr?.on('data', (chunk: Buffer) => (wrong += chunk.toString()));
    server.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      for (const match of out.matchAll(/^ {2}(\S.*?) +(http:\S+\/link\/[0-9a-f]+)$/gm))
        links.set(match[1] ?? '', match[2] ?? '');
      if ([...links.keys()].some((name) => name === 'Expert in law')) resolve(links);
    });
    server.once('exit', (code) => reject(new Error(`the demo ended with ${code}: ${wrong}`)));
  });
}
