import { expect, test } from 'vitest';

import { Secret } from '../../core/secret.ts';
import { signature, signedForm } from './signature.ts';

const secret = new Secret('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY');
const parameters = {
  Version: '2011-07-01',
  Timestamp: '2020-05-28T11:22:23.514Z',
  SellerId: 'A1EXAMPLESELLER',
  Action: 'ListMarketplaceParticipations',
  SignatureVersion: '2',
  SignatureMethod: 'HmacSHA256',
  MWSAuthToken: 'amzn.mws.4ea38b7b-f563-7709-4bae-87aea0000000',
  AWSAccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
};
const request = { host: 'mws.amazonservices.com', path: '/Sellers/2011-07-01', parameters };

test('it signs as three other clients of MWS do', () => {
  // The same from the packages mws-api 3.0.0 and mws 2.0.11.
  expect(signature(request, secret)).toBe('fpIkUdUIy4biVzDV5wTH9vKax/C7QqwvBPH3G/baBrA=');
});

test('the form carries what was signed, and the signature encoded', () => {
  const form = signedForm(request, secret);
  expect(form.endsWith('&Signature=fpIkUdUIy4biVzDV5wTH9vKax%2FC7QqwvBPH3G%2FbaBrA%3D')).toBe(true);
  expect(Object.fromEntries(new URLSearchParams(form))).toEqual({
    ...parameters,
    Signature: 'fpIkUdUIy4biVzDV5wTH9vKax/C7QqwvBPH3G/baBrA=',
  });
});

test('the order in which parameters are given, and the case of the host, change nothing', () => {
  const shuffled = Object.fromEntries(Object.entries(parameters).toReversed());
  expect(signature({ ...request, host: 'MWS.AmazonServices.com', parameters: shuffled }, secret)).toBe(
    signature(request, secret),
  );
});

test('names are sorted by their bytes, not as words are', () => {
  const form = signedForm({ ...request, parameters: { a: '1', B: '2', 'A.10': '3', 'A.2': '4', A: '5' } }, secret);
  expect(form.split('&').map((pair) => pair.split('=')[0])).toEqual(['A', 'A.10', 'A.2', 'B', 'a', 'Signature']);
});

test('every sign outside RFC 3986’s plain ones is encoded', () => {
  const form = signedForm({ ...request, parameters: { 'x y': "a b!'()*~-._+ü/&=" } }, secret);
  expect(form).toContain('x%20y=a%20b%21%27%28%29%2A~-._%2B%C3%BC%2F%26%3D&');
});

test('another host, path, value or key gives another signature', () => {
  const signatures = new Set([
    signature(request, secret),
    signature({ ...request, host: 'mws-eu.amazonservices.com' }, secret),
    signature({ ...request, path: '/Finances/2015-05-01' }, secret),
    signature({ ...request, parameters: { ...parameters, SellerId: 'A1OTHERSELLER' } }, secret),
    signature(request, new Secret('another')),
  ]);
  expect(signatures.size).toBe(5);
});
