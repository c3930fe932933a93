/** A control call that is refused names the place and changes nothing: the world, the faults and the clock stay. */
import { request } from 'node:http';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { createEmulator } from '../app.ts';
import { APP, BLUE_BIRD, exampleWorld } from '../example.testkit.ts';

const emulator = createEmulator({ world: exampleWorld() });
beforeAll(() => emulator.start());
afterAll(() => emulator.stop());

async function send(method: string, path: string, body?: unknown) {
  const answer = await fetch(`${emulator.url}/_${path}`, {
    method,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

/** The world without its ticking clock, the faults, and the clock's version. */
async function everything(): Promise<unknown> {
  const world = JSON.parse((await send('GET', '/world')).text) as { now: string };
  const { version } = JSON.parse((await send('GET', '/clock')).text) as { version: number };
  return { ...world, now: null, version, faults: (await send('GET', '/faults')).text };
}

type Refused = { call: string; body?: unknown; status: number; place: string };

const BAD_GRANT = { sellerId: 'A', applicationId: 'x', authorizedAt: '2026-01-01T00:00:00Z' };
const REFUSED: Refused[] = [
  { call: 'PUT /world', body: '{"apps":', status: 400, place: 'JSON' },
  { call: 'PUT /world', body: { sellers: [{ sellerId: 'A', region: 'xx' }] }, status: 400, place: '/sellers/0/region' },
  { call: 'PUT /world', body: { grants: [BAD_GRANT] }, status: 400, place: '/grants/0' },
  { call: 'POST /clock', body: { advance: 'a year' }, status: 400, place: '/advance' },
  { call: 'POST /clock', body: { advance: 'P1D', set: '2030-01-01T00:00:00Z' }, status: 400, place: 'advance or set' },
  {
    call: `PATCH /sellers/${BLUE_BIRD}`,
    body: { status: 'ON_FIRE', plan: 'INDIVIDUAL' },
    status: 400,
    place: '/status',
  },
  {
    call: `PATCH /sellers/${BLUE_BIRD}`,
    body: { plan: 'INDIVIDUAL', sites: [{ marketplaceId: 'A1PA6795UKMFR9' }] },
    status: 400,
    place: '/sites/0',
  },
  { call: 'PATCH /sellers/A1NOBODYHERE', body: { plan: 'INDIVIDUAL' }, status: 404, place: 'A1NOBODYHERE' },
  { call: `PATCH /apps/${APP}`, body: { draft: true, redirectUris: ['no'] }, status: 400, place: '/redirectUris/0' },
  { call: 'PATCH /apps/none', body: { draft: true }, status: 404, place: 'none' },
  { call: `POST /grants/${BLUE_BIRD}/${APP}`, body: { action: 'burn' }, status: 422, place: 'burn' },
  { call: `POST /grants/${BLUE_BIRD}/${APP}`, body: { action: 'drop_role' }, status: 400, place: '/role' },
  { call: `POST /grants/A1NOBODYHERE/${APP}`, body: { action: 'disable' }, status: 404, place: 'A1NOBODYHERE' },
  { call: 'POST /faults', body: { answer: { kind: 'flood' } }, status: 400, place: '/answer/kind' },
  {
    call: 'POST /faults',
    body: { answer: { kind: 'outage' }, match: { share: 7 } },
    status: 400,
    place: '/match/share',
  },
  { call: 'DELETE /faults/none', status: 404, place: 'none' },
];

test.each(REFUSED)(
  '$call with $body is refused at $place and changes nothing',
  async ({ call, body, status, place }) => {
    const before = await everything();
    const [method = '', path = ''] = call.split(' ');
    const refused = await send(method, path, body);
    expect(refused.status).toBe(status);
    expect(refused.text).toContain(place);
    expect(await everything()).toEqual(before);
  },
);

/** By a name that a page elsewhere pointed at this machine; fetch would not let the host be set. */
function askAs(host: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(new URL(path, emulator.url), { headers: { host } }, (answer) => resolve(answer.resume().statusCode))
      .on('error', reject)
      .end();
  });
}

test('refuses a name that was pointed at this machine, at every address', async () => {
  for (const path of ['/_/world', '/_/clock', '/', '/sellercentral.amazon.com/']) {
    expect([path, await askAs('evil.test:4290', path)]).toEqual([path, 421]);
    expect([path, await askAs('127.0.0.1.evil.test', path)]).toEqual([path, 421]);
    expect([path, await askAs('localhost:4290', path)]).not.toEqual([path, 421]);
  }
});
