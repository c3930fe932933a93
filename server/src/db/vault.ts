/**
 * Sealed credentials: AES-256-GCM in an envelope. Every value has a data key of its own, used once; the data key is wrapped
 * by a key with an id. Both layers are bound to account, store, kind and version, so a sealed value moved to another
 * row does not open. Wrapping anew (rotation) leaves the sealed value itself untouched.
 * Text form: `v1.<key id>.<wrapped data key>.<sealed value>`, each part nonce · ciphertext · tag in base64url.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Secret } from '../core/secret.ts';
import type { VaultKey } from './keys.ts';
import { DatabaseProblem } from './problem.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
/** Node takes shorter tags, down to 4 bytes, unless it is told the length (measured). */
const TAG_BYTES = 16;
const DATA_KEY_BYTES = 32;
const FORM = 'v1';

/** What a sealed value is bound to: it opens nowhere else. */
export type Binding = { account: string; store: string; kind: string; version: number };

/** The open keys. `keyId` names the one that seals; the others only open. Printing it shows the ids, never a key. */
export class Vault {
  readonly keyId: string;
  readonly #keys: ReadonlyMap<string, Uint8Array>;

  constructor(keys: readonly VaultKey[]) {
    const [current] = keys;
    if (!current) throw new DatabaseProblem('A vault needs at least one key');
    this.keyId = current.id;
    this.#keys = new Map(keys.map((key) => [key.id, key.bytes]));
  }

  /** The same keys and a new one that seals from now on. */
  withCurrent(newKey: VaultKey): Vault {
    return new Vault([newKey, ...[...this.#keys].map(([id, bytes]) => ({ id, bytes }))]);
  }

  has(keyId: string): boolean {
    return this.#keys.has(keyId);
  }

  /** The raw key, for the functions of this file. Throws DatabaseProblem when this process does not have it. */
  key(keyId: string): Uint8Array {
    const key = this.#keys.get(keyId);
    if (!key) {
      throw new DatabaseProblem(
        `A credential is sealed with the key ${keyId}, which this process does not have (it has ${[...this.#keys.keys()].join(', ')}). ` +
          'Add that key behind the current one in STOREKEEPER_SECRET_KEY.',
      );
    }
    return key;
  }

  toJSON(): { keyId: string } {
    return { keyId: this.keyId };
  }
}

/** The first key seals, all of them open. */
export function openVault({ keys }: { keys: readonly VaultKey[] }): Vault {
  return new Vault(keys);
}

export function seal(vault: Vault, value: Binding & { plain: Secret }): { sealed: string; keyId: string } {
  const dataKey = randomBytes(DATA_KEY_BYTES);
  try {
    const body = encrypt(dataKey, Buffer.from(value.plain.reveal(), 'utf8'), boundTo(value));
    return { sealed: wrap(vault, { dataKey, body, binding: value }), keyId: vault.keyId };
  } finally {
    dataKey.fill(0);
  }
}

/** Throws DatabaseProblem when the key is missing, and when the value was changed or belongs to another row. */
export function unseal(vault: Vault, value: Binding & { sealed: string }): Secret {
  const { dataKey, body } = unwrap(vault, value);
  try {
    return new Secret(decrypt(dataKey, body, boundTo(value)).toString('utf8'));
  } finally {
    dataKey.fill(0);
  }
}

/** The same sealed value with its data key wrapped by the vault's current key. The secret itself is not opened. */
export function rewrap(vault: Vault, value: Binding & { sealed: string }): { sealed: string; keyId: string } {
  const { dataKey, body } = unwrap(vault, value);
  try {
    return { sealed: wrap(vault, { dataKey, body, binding: value }), keyId: vault.keyId };
  } finally {
    dataKey.fill(0);
  }
}

function wrap(vault: Vault, envelope: { dataKey: Buffer; body: Buffer; binding: Binding }): string {
  const key = vault.key(vault.keyId);
  const wrapped = encrypt(key, envelope.dataKey, boundTo(envelope.binding, vault.keyId));
  return [FORM, vault.keyId, wrapped.toString('base64url'), envelope.body.toString('base64url')].join('.');
}

function unwrap(vault: Vault, value: Binding & { sealed: string }): { dataKey: Buffer; body: Buffer } {
  const [form, keyId, wrapped, body, ...rest] = value.sealed.split('.');
  if (form !== FORM || keyId === undefined || wrapped === undefined || body === undefined || rest.length > 0) {
    throw doesNotOpen();
  }
  const dataKey = decrypt(vault.key(keyId), Buffer.from(wrapped, 'base64url'), boundTo(value, keyId));
  return { dataKey, body: Buffer.from(body, 'base64url') };
}

function encrypt(key: Uint8Array, plain: Uint8Array, associated: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associated);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Uint8Array, sealed: Buffer, associated: Buffer): Buffer {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw doesNotOpen();
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch {
    throw doesNotOpen();
  }
}

/** As a JSON list, so that no two bindings read the same. The wrapped key is bound to the id of its key as well. */
function boundTo({ account, store, kind, version }: Binding, keyId?: string): Buffer {
  const parts = [account, store, kind, version];
  return Buffer.from(JSON.stringify(keyId === undefined ? parts : [...parts, keyId]), 'utf8');
}

function doesNotOpen(): DatabaseProblem {
  return new DatabaseProblem(
    'A sealed credential does not open: it was changed, cut short, or moved to another row. Restore it from a backup or reconnect the store.',
  );
}
