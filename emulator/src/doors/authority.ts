import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { SecureContext } from 'node:tls';
import * as der from './der.ts';

/** The local certificate authority whose leaves the proxy shows. Clients trust its certificate, nothing else does. */
export type Authority = {
  /** The CA certificate, PEM. */
  certificatePem: string;
  /** Absolute path of that certificate, for `NODE_EXTRA_CA_CERTS` and its like. */
  certificatePath: string;
  /** TLS credentials for one host name, made at the first call and kept in memory. */
  contextFor: (host: string) => SecureContext;
};

const DAY_MS = 86_400_000;
const CA_DAYS = 3650;
/** Apple's and Chromium's limit for certificates of servers is 825 and 398 days; below the smaller one. */
const LEAF_DAYS = 365;
/** A CA that ends this soon is replaced at start, so that it never ends under a running emulator. */
const CA_MARGIN_DAYS = 30;

const ECDSA_SHA256 = der.sequence(der.oid('1.2.840.10045.4.3.2'));
const OID = {
  commonName: '2.5.4.3',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

type Signer = { name: string; privateKey: KeyObject };
type Draft = { subject: string; publicKey: KeyObject; days: number; extensions: Buffer[]; signer: Signer };

/**
 * Opens the CA kept in `directory` (`emulator-ca.pem`, `emulator-ca.key`), or makes one there: ECDSA P-256, ten years.
 * Times are the machine's, not the emulator's clock, because clients judge certificates by the machine's.
 * @throws when the directory cannot be written.
 */
export function openAuthority(directory: string): Authority {
  mkdirSync(directory, { recursive: true });
  const certificatePath = resolve(directory, 'emulator-ca.pem');
  const keyPath = join(directory, 'emulator-ca.key');
  const { certificatePem, privateKey } = readPair(certificatePath, keyPath) ?? makePair(certificatePath, keyPath);
  const signer = { name: new X509Certificate(certificatePem).subject.replace(/^CN=/, ''), privateKey };
  return { certificatePem, certificatePath, contextFor: leafContexts(signer) };
}

type Pair = { certificatePem: string; privateKey: KeyObject };

function readPair(certificatePath: string, keyPath: string): Pair | null {
  if (!existsSync(certificatePath) || !existsSync(keyPath)) return null;
  try {
    const certificatePem = readFileSync(certificatePath, 'utf8');
    const privateKey = createPrivateKey(readFileSync(keyPath));
    const certificate = new X509Certificate(certificatePem);
    const lasts = Date.parse(certificate.validTo) > Date.now() + CA_MARGIN_DAYS * DAY_MS;
    return lasts && certificate.checkPrivateKey(privateKey) ? { certificatePem, privateKey } : null;
  } catch {
    return null; // half-written or foreign files: a new pair replaces them
  }
}

/** Written whole and renamed, and read back, so that two emulators that start together agree on one pair. */
function makePair(certificatePath: string, keyPath: string): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = `Emulated marketplace CA ${randomBytes(4).toString('hex')}`;
  const certificate = certify({
    subject: name,
    publicKey,
    days: CA_DAYS,
    signer: { name, privateKey },
    extensions: [
      extension(OID.basicConstraints, der.sequence(der.boolean(true), der.integer(Buffer.from([0]))), true),
      extension(OID.keyUsage, der.bitString(Buffer.from([0b0000_0110]), 1), true), // keyCertSign, cRLSign
    ],
  });
  writeWhole(keyPath, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  writeWhole(certificatePath, certificate);
  return readPair(certificatePath, keyPath) ?? { certificatePem: certificate, privateKey };
}

function writeWhole(path: string, content: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content, { mode: 0o600 });
  renameSync(draft, path);
}

function leafContexts(signer: Signer): Authority['contextFor'] {
  const contexts = new Map<string, SecureContext>();
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return (host) => {
    const known = contexts.get(host);
    if (known) return known;
    const made = createSecureContext({ key, cert: leaf(host, pair.publicKey, signer) });
    contexts.set(host, made);
    return made;
  };
}

function leaf(host: string, publicKey: KeyObject, signer: Signer): string {
  const dnsName = der.implicit(2, Buffer.from(host, 'ascii'));
  return certify({
    subject: host.slice(0, 64), // RFC 5280 upper bound of a common name; the SAN is what counts
    publicKey,
    days: LEAF_DAYS,
    signer,
    extensions: [
      extension(OID.basicConstraints, der.sequence(), true),
      extension(OID.keyUsage, der.bitString(Buffer.from([0b1000_0000]), 7), true), // digitalSignature
      extension(OID.extendedKeyUsage, der.sequence(der.oid(OID.serverAuth))),
      extension(OID.subjectAltName, der.sequence(dnsName)),
    ],
  });
}

/** A signed X.509 v3 certificate in PEM (RFC 5280 4.1), valid from yesterday so that a slow clock accepts it too. */
function certify({ subject, publicKey, days, extensions, signer }: Draft): string {
  const start = Date.now() - DAY_MS;
  const issuerKey = createPublicKey(signer.privateKey);
  const body = der.sequence(
    der.explicit(0, der.integer(Buffer.from([2]))),
    der.integer(Buffer.from([0x40, ...randomBytes(15)])),
    ECDSA_SHA256,
    distinguishedName(signer.name),
    der.sequence(der.time(new Date(start)), der.time(new Date(start + days * DAY_MS))),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der.explicit(
      3,
      der.sequence(
        ...extensions,
        extension(OID.subjectKeyId, der.octetString(keyId(publicKey))),
        extension(OID.authorityKeyId, der.sequence(der.implicit(0, keyId(issuerKey)))),
      ),
    ),
  );
  const signed = der.sequence(body, ECDSA_SHA256, der.bitString(sign('sha256', body, signer.privateKey)));
  const lines = signed.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const distinguishedName = (commonName: string): Buffer =>
  der.sequence(der.set(der.sequence(der.oid(OID.commonName), der.utf8String(commonName))));

const keyId = (key: KeyObject): Buffer =>
  createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();

function extension(id: string, value: Buffer, critical = false): Buffer {
  const flag = critical ? [der.boolean(true)] : [];
  return der.sequence(der.oid(id), ...flag, der.octetString(value));
}
