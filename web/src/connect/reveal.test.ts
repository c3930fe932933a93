import { describe, expect, it } from 'vitest';
import type { ConnectSession } from '../../../server/src/http/contract/connect.ts';
import { toldSoFar } from './reveal.ts';

const step = (name: string, outcome: 'passed' | 'failed') => ({
  name,
  title: name,
  call: 'token',
  outcome,
  text: 'said',
  ms: 3,
  observation_id: null,
});

const SESSION: ConnectSession = {
  id: 'cs_1',
  kind: 'connect',
  url: '',
  status: 'failed',
  marketplace: 'amazon',
  site: 'amazon.fr',
  name: 'Atelier Lune',
  store_id: null,
  steps: [step('self', 'passed'), step('app', 'passed'), step('grant', 'failed')],
  diagnosis: null,
  wrong_store: null,
  expires_at: '2026-11-24T00:00:00Z',
  created_at: '2026-11-23T00:00:00Z',
};

describe('checks that were quicker than the page', () => {
  it('are told one after another, and a result not told yet is not given away', () => {
    const part = toldSoFar(SESSION, 1);
    expect(part.status).toBe('verifying');
    expect(part.steps.map((each) => each.outcome)).toEqual(['passed', 'running', 'waiting']);
    expect(part.steps[2]).toMatchObject({ text: '', ms: null, call: null });
  });

  it('end with exactly what was found', () => {
    expect(toldSoFar(SESSION, 3)).toBe(SESSION);
  });
});
