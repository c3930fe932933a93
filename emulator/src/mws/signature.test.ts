import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { exampleStage } from '../example.testkit.ts';
import { askMws, NORTH_AMERICA, refusalIn } from './example.testkit.ts';
import type { MwsAsk } from './example.testkit.ts';
import { signatureOf, stringToSign } from './signature.ts';

/** The documentation's example key and a request that npm mws and npm mws-api both signed so. */
const VECTOR = {
  method: 'POST',
  host: 'mws.amazonservices.com',
  path: '/Sellers/2011-07-01',
  parameters: Object.entries({
    Version: '2011-07-01',
    Timestamp: '2020-05-28T11:22:23.514Z',
    SignatureVersion: '2',
    SignatureMethod: 'HmacSHA256',
    Signature: 'not signed itself',
    SellerId: 'A1EXAMPLESELLER',
    MWSAuthToken: 'amzn.mws.4ea38b7b-f563-7709-4bae-87aea0000000',
    Action: 'ListMarketplaceParticipations',
    AWSAccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  }),
};
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

test('the known request is signed as two clients sign it', () => {
  expect(stringToSign(VECTOR)).toBe(
    'POST\nmws.amazonservices.com\n/Sellers/2011-07-01\nAWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Action=ListMarketplaceParticipations&MWSAuthToken=amzn.mws.4ea38b7b-f563-7709-4bae-87aea0000000&SellerId=A1EXAMPLESELLER&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2020-05-28T11%3A22%3A23.514Z&Version=2011-07-01',
  );
  expect(signatureOf(VECTOR, SECRET)).toBe('fpIkUdUIy4biVzDV5wTH9vKax/C7QqwvBPH3G/baBrA=');
});

test("names are sorted by their bytes, spaces and !'()* are percent-encoded, the rest of RFC 3986 is left alone", () => {
  const parameters: [string, string][] = [
    ['é', '1'],
    ['b', "a b!'()*~-_."],
    ['B', 'ü'],
    ['ａ', '2'],
  ];
  expect(stringToSign({ method: 'GET', host: 'MWS.amazonservices.com', path: '', parameters })).toBe(
    'GET\nmws.amazonservices.com\n/\nB=%C3%BC&b=a%20b%21%27%28%29%2A~-_.&%C3%A9=1&%EF%BD%81=2',
  );
});

test('the order in which parameters come changes nothing', () => {
  const names = fc.uniqueArray(fc.string({ minLength: 1, unit: 'binary' }), { maxLength: 8 });
  fc.assert(
    fc.property(names, fc.infiniteStream(fc.nat()), (keys, draws) => {
      const pairs = keys.map((key): [string, string] => [key, key]);
      const shuffled = pairs
        .map((pair) => ({ pair, at: draws.next().value }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ pair }) => pair);
      const sign = (parameters: [string, string][]) => signatureOf({ ...VECTOR, parameters }, SECRET);
      expect(sign(shuffled)).toBe(sign(pairs));
    }),
  );
});

test.each<[string, MwsAsk]>([
  ['a form', { method: 'POST' }],
  ['a query', { method: 'GET' }],
  ['HmacSHA1', { parameters: { SignatureMethod: 'HmacSHA1' } }],
  [
    'the host as the client writes it, port and all',
    { hostHeader: `${NORTH_AMERICA}:443`, signedHost: `${NORTH_AMERICA}:443` },
  ],
  ['the host without the port that is sent', { hostHeader: `${NORTH_AMERICA}:443` }],
  ['a host in capitals', { signedHost: 'MWS.AmazonServices.com' }],
  [
    'the bare path of the oldest sections',
    { path: '/', parameters: { Action: 'GetReportList', Version: '2009-01-01' } },
  ],
  ['Merchant in the place of SellerId', { parameters: { SellerId: undefined, Merchant: 'A3FHEXAMPLEYWS' } }],
])('a request signed with %s is let in', async (_name, ask) => {
  const heard = await askMws(exampleStage(), 'ListMarketplaceParticipations', ask);
  expect(heard.status).toBe(200);
});

const DOES_NOT_MATCH = [403, 'SignatureDoesNotMatch', expect.stringContaining('The request signature we calculated')];

test.each<[string, MwsAsk]>([
  ['another secret', { secretKey: 'other' }],
  ['another host', { signedHost: 'mws-eu.amazonservices.com' }],
  ['a port that is not sent', { signedHost: `${NORTH_AMERICA}:443` }],
  ['a signature of another request', { parameters: { Signature: 'fpIkUdUIy4biVzDV5wTH9vKax/C7QqwvBPH3G/baBrA=' } }],
])('a request signed with %s is refused', async (_name, ask) => {
  expect(refusalIn(await askMws(exampleStage(), 'ListMarketplaceParticipations', ask))).toEqual(DOES_NOT_MATCH);
});

test.each([
  [-14, 200, undefined],
  [14, 200, undefined],
  [-16, 400, 'RequestExpired'],
  [16, 400, 'RequestExpired'],
])('a request signed %d minutes from now is answered %d', async (minutes, status, code) => {
  const Timestamp = new Date(Date.now() + minutes * 60_000).toISOString();
  const heard = await askMws(exampleStage(), 'ListMarketplaceParticipations', { parameters: { Timestamp } });
  expect(refusalIn(heard).slice(0, 2)).toEqual([status, code]);
  if (code) expect(heard.body).toContain(`Timestamp date: ${Timestamp}`);
});
