import { describe, expect, it } from 'vitest';
import type { Repair } from '../../../server/src/http/contract/connect.ts';
import { exampleStore } from '../store-manager/example-store.ts';
import { footerButtons, offersByHand } from './next-step.ts';

type Guide = Repair['guide'];
type Part = Guide['steps'][number]['text'][number];

const told = (
  way: Guide['way'],
  { marketplace = 'amazon-mws', parts = [] }: { marketplace?: 'amazon' | 'amazon-mws'; parts?: Part[] } = {},
) => ({
  guide: { way, steps: [{ text: parts, picture: null, done: false }] },
  diagnosis: null,
  store: exampleStore({ marketplace }),
});
const labels = (...given: Parameters<typeof footerButtons>) => footerButtons(...given).map(({ label }) => label);
const BY_HAND: Part[] = [{ kind: 'label', value: 'Reconnect manually using MWS auth token' }];

describe('the next step of a repair', () => {
  it('is Continue, whichever way it goes, and typing in stays possible', () => {
    for (const way of ['apps', 'consent'] as const) {
      const buttons = footerButtons(told(way), false);
      expect(buttons.map(({ label, primary }) => [label, primary])).toEqual([['Continue', true]]);
      expect(offersByHand(told(way), buttons)).toBe(true);
    }
  });

  it('is after Renew one more look by Continue: the same token works again', () => {
    expect(labels(told('apps'), true)).toEqual(['Open Seller Central again', 'Continue']);
    expect(footerButtons(told('apps'), true).at(-1)).toMatchObject({ does: 'look', primary: true });
  });

  it('is after Enable the form for seller ID and token, and the link does not stand there twice', () => {
    const repair = told('apps', { parts: BY_HAND });
    const buttons = footerButtons(repair, true);
    expect(buttons.at(-1)).toEqual({ does: 'by_hand', label: BY_HAND[0]?.value, primary: true });
    expect(offersByHand(repair, buttons)).toBe(false);
  });

  it('is consent again where the guide sends back to Continue', () => {
    const repair = told('apps', { marketplace: 'amazon', parts: [{ kind: 'button', value: 'Continue' }] });
    expect(footerButtons(repair, true).at(-1)).toMatchObject({ does: 'consent', label: 'Continue' });
  });

  it('is Amazon’s page again while its consent is awaited', () => {
    expect(labels(told('consent'), true)).toEqual(['Look now', 'Open Amazon’s page again']);
  });

  it('is nothing here when reconnecting does not help', () => {
    const buttons = footerButtons(told('none'), false);
    expect(buttons.some(({ primary }) => primary)).toBe(false);
    expect(offersByHand(told('none'), buttons)).toBe(false);
  });
});
