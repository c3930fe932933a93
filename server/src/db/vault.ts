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

/**
 * The keys that this process can open. `keyId` names the first one of its setting. Keys are added while it runs and never
 * dropped, because a value may have been read before a rotation. Printing it shows the ids, never a key.
 */
export class Vault {
  readonly keyId: string;
  readonly #keys: Map<string, Uint8Array>;
  readonly #missing = new Set<string>();

  constructor(keys: readonly VaultKey[]) {
    const [current] = keys;
    if (!current) throw new DatabaseProblem('A vault needs at least one key');
    this.keyId = current.id;
    this.#keys = new Map(keys.map((key) => [key.id, key.bytes]));
  }

  /** A vault with the same keys whose first key is the new one. */
  withCurrent(newKey: VaultKey): Vault {
    return new Vault([newKey, ...[...this.#keys].map(([id, bytes]) => ({ id, bytes }))]);
  }

  /** Keys that were added to the setting since. A key that is known keeps its bytes. */
  add(keys: readonly VaultKey[]): void {
    for (const { id, bytes } of keys) {
      if (!this.#keys.has(id)) this.#keys.set(id, bytes);
      this.#missing.delete(id);
    }
  }

  has(keyId: string): boolean {
    return this.#keys.has(keyId);
  }

  keyIds(): string[] {
    return [...this.#keys.keys()];
  }

  /** True when a value could not be opened because its key is not here. */
  lacksKeys(): boolean {
    return this.#missing.size > 0;
  }

  /** The raw key, for the functions of this file. Throws DatabaseProblem when this process does not have it. */
  key(keyId: string): Uint8Array {
    const key = this.#keys.get(keyId);
    if (!key) {
      this.#missing.add(keyId);
      throw new DatabaseProblem(
        `A credential is sealed with the key ${keyId}, which this process does not have (it has ${this.keyIds().join(', ')}). ` +
          'Add that key behind the current one in STOREKEEPER_SECRET_KEY.',
      );
    }
    return key;
  }

  toJSON(): { keyId: string } {
    return { keyId: this.keyId };
  }
}

/** The first key is the one that an empty database begins with; all of them open. */
export function openVault({ keys }: { keys: readonly VaultKey[] }): Vault {
  return new Vault(keys);
}

/** Without `keyId` the first key seals. What is stored is sealed with the key in force: see `sealInForce` (key-check.ts). */
export function seal(
  vault: Vault,
  value: Binding & { plain: Secret; keyId?: string },
): { sealed: string; keyId: string } {
  const keyId = value.keyId ?? vault.keyId;
  const dataKey = randomBytes(DATA_KEY_BYTES);
  try {
    const body = encrypt(dataKey, Buffer.from(value.plain.reveal(), 'utf8'), boundTo(value));
    return { sealed: wrap(vault.key(keyId), { dataKey, body, binding: value, keyId }), keyId };
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
    const { keyId } = vault;
    return { sealed: wrap(vault.key(keyId), { dataKey, body, binding: value, keyId }), keyId };
  } finally {
    dataKey.fill(0);
  }
}

type Envelope = { dataKey: Buffer; body: Buffer; binding: Binding; keyId: string };

function wrap(key: Uint8Array, { dataKey, body, binding, keyId }: Envelope): string {
  const wrapped = encrypt(key, dataKey, boundTo(binding, keyId));
  return [FORM, keyId, wrapped.toString('base64url'), body.toString('base64url')].join('.');
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
