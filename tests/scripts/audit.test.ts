/** `npm run check:audit` before registries that answer, that cannot, and that know of a vulnerability. */
import { execFile } from 'node:child_process';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../scripts/audit.mjs', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function registry(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

type Asked = { names: string[] };

/** Knows of one vulnerability in each of these packages, and keeps the names it is asked about. */
async function advisories(found: Record<string, string>, asked: Asked = { names: [] }): Promise<string> {
  return registry((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method !== 'POST') return response.writeHead(404).end('{}');
      const body = Buffer.concat(chunks);
      const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      asked.names = Object.keys(JSON.parse(plain.toString('utf8')) as object);
      const known = Object.entries(found).filter(([name]) => asked.names.includes(name));
      const list = known.map(([name, severity], id) => [
        name,
        [{ id: id + 1, url: 'https://advisories.test/1', title: 'Remote code', severity, vulnerable_versions: '*' }],
      ]);
      return response.setHeader('content-type', 'application/json').end(JSON.stringify(Object.fromEntries(list)));
    });
  });
}

type Said = { code: number; out: string; err: string };

function audit(registryUrl: string): Promise<Said> {
  const env = { ...process.env, npm_config_registry: registryUrl, npm_config_cache: '/dev/null/none' };
  return new Promise((resolve) => {
    execFile(process.execPath, [SCRIPT], { cwd: ROOT, env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err });
    });
  });
}

describe('the audit of dependencies', () => {
  test.each([
    ['high', 1],
    ['critical', 1],
    ['moderate', 0],
  ])('ends for a %s vulnerability in production with %s', async (severity, code) => {
    const said = await audit(await advisories({ undici: severity }));
    expect(said.code).toBe(code);
    if (code === 1) expect(said.err).toMatch(/^(high|critical) {2}undici .* Remote code$/m);
    else expect(said.out).toContain('no high or critical vulnerability');
  });

  test('asks about what production installs, and about nothing else', async () => {
    const asked: Asked = { names: [] };
    const said = await audit(await advisories({ knip: 'critical' }, asked));
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(asked.names).toContain('fastify');
    expect(asked.names).not.toContain('knip');
  });

  test.each([404, 405, 500])('is skipped, and says so, when the registry answers %s', async (status) => {
    const said = await audit(await registry((_request, response) => response.writeHead(status).end()));
    expect(said).toMatchObject({ code: 0, out: `audit skipped: the registry did not answer (${status})\n` });
  });

  test('is skipped, and says so, offline', async () => {
    const said = await audit('http://127.0.0.1:1/');
    expect(said).toMatchObject({ code: 0, out: expect.stringContaining('audit skipped: the registry did not answer') });
  });
});
