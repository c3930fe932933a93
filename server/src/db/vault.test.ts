import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../core/secret.ts';
import { aKey, aVault } from './testing-rows.ts';
import { openVault, rewrap, seal, unseal } from './vault.ts';

const here = { account: 'ac_blue', store: 'st_1', kind: 'refresh_token', version: 1 };
const plain = new Secret('Atzr|a canary');

/** Replaces the part of the sealed text with this number (2: the wrapped data key, 3: the value). */
function withPart(sealed: string, part: number, change: (bytes: Buffer) => Buffer): string {
  const parts = sealed.split('.');
  parts[part] = change(Buffer.from(parts[part] ?? '', 'base64url')).toString('base64url');
  return parts.join('.');
}

describe('a sealed credential', () => {
  it('opens to what was sealed, and looks different every time', () => {
    const vault = aVault();
    const [one, two] = [seal(vault, { ...here, plain }), seal(vault, { ...here, plain })];
    expect(unseal(vault, { ...here, sealed: one.sealed }).reveal()).toBe('Atzr|a canary');
    expect(one.sealed).not.toBe(two.sealed);
    expect(one.keyId).toBe(vault.keyId);
  });

  it.each([
    ['another account', { account: 'ac_red' }],
    ['another store', { store: 'st_2' }],
    ['another kind', { kind: 'consent_code' }],
    ['another version', { version: 2 }],
  ])('does not open in a row of %s', (_what, other) => {
    const vault = aVault();
    const { sealed } = seal(vault, { ...here, plain });
    expect(() => unseal(vault, { ...here, ...other, sealed })).toThrow('does not open');
  });

  it('does not open with one bit changed, anywhere', () => {
    const vault = aVault();
    const { sealed } = seal(vault, { ...here, plain });
    for (const part of [2, 3]) {
      const length = Buffer.from(sealed.split('.')[part] ?? '', 'base64url').length;
      for (let i = 0; i < length; i += 1) {
        const changed = withPart(sealed, part, (bytes) => {
          bytes[i] = (bytes[i] ?? 0) ^ 1;
          return bytes;
        });
        expect(() => unseal(vault, { ...here, sealed: changed })).toThrow('does not open');
      }
    }
  });

  it('does not open with a tag cut short, which Node would take unless told', () => {
    const vault = aVault();
    const { sealed } = seal(vault, { ...here, plain });
    for (const part of [2, 3]) {
      for (const cut of [1, 4, 12, 15, 16, 40]) {
        const short = withPart(sealed, part, (bytes) => bytes.subarray(0, -cut));
        expect(() => unseal(vault, { ...here, sealed: short })).toThrow('does not open');
      }
    }
    expect(() => unseal(vault, { ...here, sealed: 'v1.x.y' })).toThrow('does not open');
    expect(() => unseal(vault, { ...here, sealed: `${sealed}.x` })).toThrow('does not open');
  });

  it('names the missing key when it was sealed with another', () => {
    const [mine, other] = [aVault(), aVault()];
    const { sealed } = seal(other, { ...here, plain });
    expect(() => unseal(mine, { ...here, sealed })).toThrow(other.keyId);
  });

  it('changes its key without being opened, and stays bound to its row', () => {
    const [oldKey, newKey] = [aKey(), aKey()];
    const { sealed } = seal(aVault(oldKey), { ...here, plain });
    const fresh = rewrap(aVault(newKey, oldKey), { ...here, sealed });
    expect(fresh.sealed.split('.')[3]).toBe(sealed.split('.')[3]);
    expect(unseal(aVault(newKey), { ...here, sealed: fresh.sealed }).reveal()).toBe('Atzr|a canary');
    expect(() => unseal(aVault(newKey), { ...here, store: 'st_2', sealed: fresh.sealed })).toThrow('does not open');
  });
});

describe('the vault', () => {
  it('prints no key', () => {
    const key = aKey();
    const vault = aVault(key);
    const printed = [inspect(vault, { showHidden: true, depth: 9 }), JSON.stringify(vault), String(vault)].join();
    expect(printed).not.toContain(Buffer.from(key.bytes).toString('base64'));
    expect(printed).not.toContain(Buffer.from(key.bytes).toString('hex'));
    expect(printed).not.toContain([...key.bytes.subarray(0, 8)].join(', '));
  });

  it('needs a key', () => {
    expect(() => openVault({ keys: [] })).toThrow('at least one key');
  });
});
