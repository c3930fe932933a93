import { createClock } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { createFaults } from '../faults/faults.ts';
import { createRequestLog } from '../log/requestLog.ts';
import type { Stage } from '../stage.ts';
import { amazonFromWorld } from '../state/fromWorld.ts';
import { createIssuer } from '../state/issue.ts';
import type { Door, WireAnswer } from '../wire.ts';
import { worldSchema } from '../world/schema.ts';
import type { WorldFile } from '../world/schema.ts';
import { sellerCentral } from './part.ts';

/** A browser without script, just enough of one: cookies by path or host, redirects among Amazon's hosts, forms. */

const PLAIN = 'http://127.0.0.1:4290';

export type Shown = { url: string; status: number; html: string; headers: WireAnswer['headers'] };

export type TestBrowser = {
  /** Address of a path on an Amazon host, as this browser's door writes it. */
  at: (host: string, path: string) => string;
  open: (url: string) => Promise<Shown>;
  /** Presses the button of that name, or follows the link of that name, with the fields filled in. */
  press: (from: Shown, name: string, fill?: Record<string, string>) => Promise<Shown>;
  /** Sends a form as it is told, cookies included. */
  post: (url: string, fields: Record<string, string>, headers?: Record<string, string>) => Promise<Shown>;
};

export function stageOf(world: WorldFile, now: string): Stage & { clock: Clock } {
  const machine = Date.parse(now);
  return {
    amazon: amazonFromWorld(worldSchema.parse(world), createIssuer('test'), { now: machine, machine }),
    clock: createClock(machine, () => machine),
    faults: createFaults(),
    log: createRequestLog(),
  };
}

/** A browser in front of the part alone, through either door. */
export function openBrowser(stage: Stage, door: Door): TestBrowser {
  const at: TestBrowser['at'] = (host, path) =>
    door === 'proxy' ? `https://${host}${path}` : `${PLAIN}/${host}${path}`;
  return browse(at, async (url, { body, ...sent }) => {
    const place = placeOf(door, url);
    if (!place) return undefined;
    const request = { ...place, ...sent, body: Buffer.from(body ?? ''), door, plainOrigin: PLAIN };
    return sellerCentral.answer(stage, request, () => undefined);
  });
}

/** A browser that sends real requests to the plain door of a running emulator. */
export function openHttpBrowser(origin: string): TestBrowser {
  return browse(
    (host, path) => `${origin}/${host}${path}`,
    async (url, { method, headers, body = '' }) => {
      if (!url.startsWith(`${origin}/`)) return undefined;
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const sent = method === 'POST' ? { body, headers: { ...type, ...headers } } : { headers };
      const answer = await fetch(url, { method, redirect: 'manual', ...sent });
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
    },
  );
}

type Request = { method: string; headers: Record<string, string>; body?: string | undefined };

/** Answers undefined to an address that is not Amazon's. */
type Carry = (url: string, request: Request) => Promise<WireAnswer | undefined>;

function browse(at: TestBrowser['at'], carry: Carry): TestBrowser {
  const jar = createJar();

  async function send(url: string, method: string, sent: Sent): Promise<Shown> {
    const { origin, host: authority } = new URL(url);
    const cookie = jar.cookiesFor(url);
    const posted: Record<string, string> = method === 'POST' ? { origin } : {};
    const headers = { host: authority, cookie, ...posted, ...sent.headers };
    const answer = await carry(url, { method, headers, body: sent.body });
    if (!answer) return { url, status: 0, html: '', headers: {} };
    jar.keep(answer, url);
    const location = answer.headers['location'];
    if (typeof location === 'string') return send(new URL(location, url).href, 'GET', {});
    return { url, status: answer.status, html: answer.body.toString(), headers: answer.headers };
  }

  const post: TestBrowser['post'] = (url, fields, headers = {}) =>
    send(url, 'POST', { body: new URLSearchParams(fields).toString(), headers });

  return {
    at,
    open: (url) => send(url, 'GET', {}),
    post,
    async press(from, name, fill = {}) {
      const link = [...from.html.matchAll(/<a\s[^>]*href="([^"]*)"[^>]*>([^<]*)<\/a\s*>/g)].find(
        (one) => one[2]?.trim() === name,
      );
      if (link) return send(new URL(unescape(link[1] ?? ''), from.url).href, 'GET', {});
      const form = [...from.html.matchAll(/<form\s([^>]*)>(.*?)<\/form\s*>/gs)].find((one) =>
        button(one[2] ?? '', name),
      );
      if (!form) throw new Error(`There is no ${name} on ${from.url}: ${from.html}`);
      const [, attributes = '', inside = ''] = form;
      const fields = { ...hiddenFields(inside), ...button(inside, name), ...fill };
      const url = new URL(unescape(attribute(attributes, 'action') ?? ''), from.url);
      if (attribute(attributes, 'method') === 'post') return post(url.href, fields);
      url.search = new URLSearchParams(fields).toString();
      return send(url.href, 'GET', {});
    },
  };
}

type Sent = { body?: string; headers?: Record<string, string> };

/** The Amazon host and path behind an address; undefined for an address that leads elsewhere, to the app. */
function placeOf(door: Door, url: string): { host: string; path: string; query: URLSearchParams } | undefined {
  const { origin, host, pathname, searchParams: query } = new URL(url);
  if (door === 'proxy') return origin.includes('amazon.') ? { host, path: pathname, query } : undefined;
  const [, first = ''] = pathname.split('/');
  return origin === PLAIN ? { host: first, path: pathname.slice(first.length + 1), query } : undefined;
}

/** Cookies by host and path (RFC 6265 5.1.4), one name each. */
function createJar() {
  const cookies = new Map<string, { host: string; path: string; pair: string }>();
  const within = (pathname: string, path: string): boolean =>
    pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
  return {
    cookiesFor(url: string): string {
      const { host, pathname } = new URL(url);
      const sent = [...cookies.values()].filter((one) => one.host === host && within(pathname, one.path));
      return sent.map(({ pair }) => pair).join('; ');
    },
    keep(answer: WireAnswer, url: string): void {
      const { host } = new URL(url);
      const line = String(answer.headers['set-cookie'] ?? '');
      const [, pair = '', path = '/'] = /^([^;]+);.*?Path=([^;]+)/.exec(line) ?? [];
      if (line.includes('Max-Age=0')) cookies.delete(`${host}${path}`);
      else if (pair) cookies.set(`${host}${path}`, { host, path, pair });
    },
  };
}

function button(inside: string, name: string): Record<string, string> | undefined {
  for (const [, attributes = '', words] of inside.matchAll(/<button([^>]*)>([^<]*)<\/button\s*>/g)) {
    if ((attribute(attributes, 'aria-label') ?? words?.trim()) !== name) continue;
    const field = attribute(attributes, 'name');
    return field ? { [field]: attribute(attributes, 'value') ?? '' } : {};
  }
  return undefined;
}

function hiddenFields(inside: string): Record<string, string> {
  const inputs = [...inside.matchAll(/<input type="hidden" ([^>]*)>/g)].map((one) => one[1] ?? '');
  return Object.fromEntries(
    inputs.map((one) => [attribute(one, 'name') ?? '', unescape(attribute(one, 'value') ?? '')]),
  );
}

const attribute = (text: string, name: string): string | undefined =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1];

const unescape = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
