import { createHash } from 'node:crypto';

/** What the emulator hands out: every value looks like Amazon's and is derived from a seed and a counter alone. */
export type Issued = 'refresh' | 'access' | 'grantless' | 'code' | 'clientSecret' | 'uuid' | 'fault' | 'state';

/** A source of ids and tokens. The same seed and the same order of calls give the same values. */
export type Issuer = (kind: Issued) => string;

function stream(seed: string, bytes: number): Buffer {
  const blocks: Buffer[] = [];
  for (let block = 0; block * 32 < bytes; block += 1)
    blocks.push(createHash('sha256').update(`${seed}#${block}`).digest());
  return Buffer.concat(blocks).subarray(0, bytes);
}

/** Letters and digits only, as in Amazon's authorization codes. */
function letters(bytes: Buffer): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  return Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join('');
}

function uuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function shape(kind: Issued, seed: string): string {
  switch (kind) {
    case 'refresh':
      return `Atzr|IwEBI${stream(seed, 132).toString('base64url')}`;
    case 'access':
      return `Atza|IwEBI${stream(seed, 156).toString('base64url')}`;
    case 'grantless':
      return `Atc|MQEBI${stream(seed, 120).toString('base64url')}`;
    case 'code':
      return `AN${letters(stream(seed, 18))}`;
    case 'clientSecret':
      return `amzn1.oa2-cs.v1.${stream(seed, 32).toString('hex')}`;
    case 'uuid':
    case 'fault':
    case 'state':
      return uuid(stream(seed, 16));
  }
}

export function createIssuer(seed: string): Issuer {
  let counter = 0;
  return (kind) => {
    counter += 1;
    return shape(kind, `${seed}/${kind}/${counter}`);
  };
}

/** One value that depends on its name only: the default world's tokens, the shares of a fault. */
export function namedValue(kind: Issued, name: string): string {
  return shape(kind, `named/${kind}/${name}`);
}
