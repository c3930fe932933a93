import type { Stage } from '../stage.ts';
import type { WireRequest } from '../wire.ts';
import { marketplaceWebService } from './part.ts';
import { signatureOf } from './signature.ts';

export const NORTH_AMERICA = 'mws.amazonservices.com';
export const TOKEN = 'amzn.mws.00000000-0000-4000-a000-000000000001';
export const DEVELOPER = '0000-1111-2222';
const KEY = { accessKeyId: 'AKIAEXAMPLE', secretKey: 'secret' };

type Parameters = Record<string, string | undefined>;

export type MwsAsk = {
  host?: string;
  method?: 'GET' | 'POST';
  path?: string;
  /** The request's own `Host` header, where it is not the host alone. */
  hostHeader?: string;
  /** What is signed as the host; the host itself when absent. */
  signedHost?: string;
  secretKey?: string;
  /** Beside the required ones, or in their place; undefined takes one away. */
  parameters?: Parameters;
};

export type Heard = { status: number; headers: Record<string, string | string[]>; body: string };

/** An action of the example world's American seller, rightly signed unless told otherwise. */
export async function askMws(stage: Stage, action: string, ask: MwsAsk = {}): Promise<Heard> {
  const request = signed(action, ask);
  const { status, headers, body } = await marketplaceWebService.answer(stage, request, () => undefined);
  return { status, headers, body: String(body) };
}

export function signed(action: string, ask: MwsAsk = {}): WireRequest {
  const { host = NORTH_AMERICA, method = 'POST', path = '/Sellers/2011-07-01', hostHeader = host } = ask;
  const parameters = signedParameters(action, { ...ask, host, method, path });
  const isForm = method === 'POST';
  return {
    host,
    method,
    path,
    query: new URLSearchParams(isForm ? '' : parameters),
    headers: {
      host: hostHeader,
      ...(isForm ? { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' } : {}),
    },
    body: Buffer.from(isForm ? parameters.toString() : ''),
    door: 'plain',
    plainOrigin: 'http://127.0.0.1:4290',
  };
}

function signedParameters(
  action: string,
  ask: MwsAsk & { host: string; method: string; path: string },
): URLSearchParams {
  const { method, path, host, signedHost = host, secretKey = KEY.secretKey } = ask;
  const parameters = new URLSearchParams(present({ ...usual(action, path), ...ask.parameters }));
  if (parameters.has('Signature')) return parameters;
  const digest = parameters.get('SignatureMethod') ?? undefined;
  parameters.set('Signature', signatureOf({ method, host: signedHost, path, parameters }, secretKey, digest));
  return parameters;
}

function usual(action: string, path: string): Parameters {
  return {
    Action: action,
    AWSAccessKeyId: KEY.accessKeyId,
    MWSAuthToken: TOKEN,
    SellerId: 'A3FHEXAMPLEYWS',
    SignatureMethod: 'HmacSHA256',
    SignatureVersion: '2',
    Timestamp: new Date().toISOString(),
    Version: path.split('/')[2] ?? '2009-01-01',
  };
}

function present(parameters: Parameters): [string, string][] {
  return Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

/** Code and message of an error answer. */
export function refusalIn({ status, body }: Heard): [number, string | undefined, string | undefined] {
  const inside = (name: string): string | undefined => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1];
  return [status, inside('Code'), inside('Message')];
}

/** The text of every element of that name, in order. */
export function texts({ body }: Pick<Heard, 'body'>, name: string): string[] {
  return [...body.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) => text);
}
