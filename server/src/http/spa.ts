/** The built web app: hashed files for ever, its page for every address that is a page. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../core/fault.ts';
import { html } from './pages/html.ts';
import { layout } from './pages/layout.ts';
import type { App } from './web.ts';

const YEAR_SECONDS = 31_536_000;
/** Addresses of programs: there a missing thing is a problem, not a page. */
const API = /^\/(v1|app|api|connect\/(s|amazon)|hand-off|healthz|readyz|metrics|assets)(\/|$|\?)/;

export async function addSpa(app: App, folder: string | null): Promise<void> {
  const index = folder === null ? null : join(folder, 'index.html');
  if (folder !== null && index !== null && existsSync(index)) await serveFiles(app, folder);
  app.setNotFoundHandler((request, reply) => {
    const page = request.method === 'GET' || request.method === 'HEAD';
    if (!page || API.test(request.url) || isFile(request.url)) throw nothingHere(request.method);
    return sendIndex(request, reply, index);
  });
}

/** Also for an address that takes other methods only; the address itself is not repeated, it may carry a one-time code. */
function nothingHere(method: string): Fault {
  const detail = `Nothing answers ${method} at this address; GET /v1/openapi.json lists what does.`;
  return new Fault('not-found', { detail });
}

async function serveFiles(app: App, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    index: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const hashed = path.includes(`${folder}/assets/`);
      reply.header('cache-control', hashed ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
    },
  });
}

/** By its path alone: `?site=amazon.de` ends like a file and is none. */
function isFile(url: string): boolean {
  const [path = ''] = url.split('?', 1);
  return /\.[a-z0-9]{2,5}$/i.test(path);
}

let read: { path: string; content: string } | null = null;

function sendIndex(_request: FastifyRequest, reply: FastifyReply, path: string | null): FastifyReply {
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache');
  if (path === null || !existsSync(path)) return reply.code(503).send(notBuilt());
  if (read?.path !== path) read = { path, content: readFileSync(path, 'utf8') };
  return reply.send(read.content);
}

function notBuilt(): string {
  return layout({
    title: 'The web app is not built yet',
    lead: 'The server runs. Build the pages once with npm ci, then load this page again.',
    body: html`<p>The API answers at <a href="/v1/openapi.json">/v1/openapi.json</a>.</p>`,
  }).toString();
}
