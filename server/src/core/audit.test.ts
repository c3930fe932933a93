import { expect, test } from 'vitest';
import { networkAround } from './audit.ts';

test.each([
  ['192.0.2.17', '192.0.2.0/24'],
  ['::ffff:192.0.2.17', '192.0.2.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:db8::9', '2001:db8:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0::/48'],
  ['::1', '0:0:0::/48'],
])('keeps of %s the network %s', (ip, network) => {
  expect(networkAround(ip)).toBe(network);
});

test.each(['', 'unix', 'mira@shop.test', '1.2.3', 'fe80'])('keeps nothing of %j, which is no address', (text) => {
  expect(networkAround(text)).toBeNull();
});
