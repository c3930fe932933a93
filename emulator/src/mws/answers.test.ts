import { expect, test } from 'vitest';

import { exampleStage } from '../example.testkit.ts';
import { askMws } from './example.testkit.ts';
import type { MwsAsk } from './example.testkit.ts';
import { sectionNamed } from './sections.ts';

const ORDERS = '/Orders/2013-09-01';
const PRODUCTS = '/Products/2011-10-01';

/** Content-Length of four answers on tape; request ids are 36 characters long there as here. */
test.each<[string, number, string, MwsAsk]>([
  ['InvalidAccessKeyId of Orders', 344, ORDERS, { parameters: { AWSAccessKeyId: 'AKIAGONE' } }],
  ['AccessDenied of Products', 294, PRODUCTS, { parameters: { SellerId: 'A3STUDIOKITENL' } }],
  ['SignatureDoesNotMatch of Products', 468, PRODUCTS, { secretKey: 'wrong' }],
])('%s is %d bytes long, as recorded', async (...[, length, path, ask]) => {
  const { body } = await askMws(exampleStage(), 'GetOrder', { path, ...ask });
  expect(Buffer.byteLength(body)).toBe(length);
});

test.each([
  ['the status of Finances', 383, '/Finances/2015-05-01', 'GetServiceStatus'],
  ['a count of reports', 301, '/Reports/2009-01-01', 'GetReportCount'],
])('%s is %d bytes long, as recorded', async (...[, length, path, action]) => {
  const { body } = await askMws(exampleStage(), action, { path });
  expect(Buffer.byteLength(body)).toBe(length);
});

test('RequestThrottled of Orders is 291 bytes long, as recorded, and has an empty type', async () => {
  const stage = exampleStage();
  const status = () => askMws(stage, 'GetServiceStatus', { path: ORDERS });
  await status();
  await status();
  const { body, status: code, headers } = await status();
  expect(body).toBe(
    `<?xml version="1.0"?>\n<ErrorResponse xmlns="https://mws.amazonservices.com/Orders/2013-09-01">\n  <Error>\n    <Type></Type>\n    <Code>RequestThrottled</Code>\n    <Message>Request is throttled</Message>\n  </Error>\n  <RequestID>${String(headers['x-mws-request-id'])}</RequestID>\n</ErrorResponse>\n`,
  );
  expect([code, Buffer.byteLength(body)]).toEqual([503, 291]);
});

test('what the operation itself refuses has RequestId and not RequestID', async () => {
  const { body } = await askMws(exampleStage(), 'ListMarketplaceParticipationsByNextToken');
  expect(body).toMatch(/<\/Error>\n {2}<RequestId>[0-9a-f-]{36}<\/RequestId>\n<\/ErrorResponse>\n$/);
});

test('every answer closes the connection and carries the headers of 2020', async () => {
  const { headers, body } = await askMws(exampleStage(), 'ListMarketplaceParticipations');
  expect(headers).toMatchObject({
    Server: 'Server',
    'Content-Type': 'text/xml',
    Connection: 'close',
    'x-mws-timestamp': '2026-11-23T12:00:00.000Z',
    'x-amz-date': 'Mon, 23 Nov 2026 12:00:00 GMT',
    'x-amz-rid': expect.stringMatching(/^[0-9A-F]{20}$/),
    'x-mws-response-context': expect.stringMatching(/^[A-Za-z0-9+/]{75}=$/),
    'x-amzn-authorization': expect.stringContaining('Operation=ListMarketplaceParticipations'),
    Vary: 'Content-Type,Accept-Encoding,X-Amzn-CDN-Cache,X-Amzn-AX-Treatment,User-Agent',
  });
  expect(body).toContain(`<RequestId>${String(headers['x-mws-request-id'])}</RequestId>`);
});

test.each([
  ['/Sellers/2011-07-01', 'ListMarketplaceParticipations', false],
  ['/Sellers/2011-07-01', 'GetServiceStatus', false],
  ['/Finances/2015-05-01', 'ListFinancialEventGroups', false],
  ['/Reports/2009-01-01', 'GetReportList', true],
  ['/Reports/2009-01-01', 'GetReport', true],
])('%s %s tells an hourly quota: %s', async (path, action, told) => {
  const { headers } = await askMws(exampleStage(), action, { path, parameters: { ReportId: '1' } });
  expect('x-mws-quota-max' in headers).toBe(told);
});

const STATUS_NAMESPACES = {
  Sellers: 'https://mws.amazonservices.com/Sellers/2011-07-01',
  Finances: 'http://mws.amazonservices.com/schema/Finances/2015-05-01',
  Reports: 'http://mws.amazonaws.com/doc/2009-01-01/',
  FulfillmentInventory: 'http://mws.amazonaws.com/FulfillmentInventory/2010-10-01/',
};

test.each(Object.entries(STATUS_NAMESPACES))('%s tells its status in the namespace %s', async (name, namespace) => {
  const path = `/${name}/${sectionNamed(name)?.version ?? ''}`;
  const { body, headers } = await askMws(exampleStage(), 'GetServiceStatus', { path });
  expect(body).toBe(
    `<?xml version="1.0"?>\n<GetServiceStatusResponse xmlns="${namespace}">\n  <GetServiceStatusResult>\n    <Status>GREEN</Status>\n    <Timestamp>2026-11-23T12:00:00.000Z</Timestamp>\n  </GetServiceStatusResult>\n  <ResponseMetadata>\n    <RequestId>${String(headers['x-mws-request-id'])}</RequestId>\n  </ResponseMetadata>\n</GetServiceStatusResponse>\n`,
  );
});
