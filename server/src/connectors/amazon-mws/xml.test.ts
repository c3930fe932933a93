import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';

import { find, list, readXml, textAt } from './xml.ts';
import type { XmlElement } from './xml.ts';

const BODY = `<?xml version="1.0"?>
<GetReportListResponse xmlns="http://mws.amazonaws.com/doc/2009-01-01/">
  <GetReportListResult>
    <NextToken/>
    <HasNext>false</HasNext>
    <ReportInfo><ReportId> 1 </ReportId></ReportInfo>
    <ReportInfo><ReportId>2</ReportId></ReportInfo>
  </GetReportListResult>
</GetReportListResponse>
`;

function rootOf(body: string, contentType?: string): XmlElement {
  const reading = readXml(body, contentType);
  if ('refused' in reading) throw new Error(reading.refused);
  return reading.root;
}

describe('a whole document', () => {
  test('is read as a tree in which elements are found by their path', () => {
    const root = rootOf(BODY);
    expect(root.name).toBe('GetReportListResponse');
    expect(textAt(root, 'GetReportListResult', 'HasNext')).toBe('false');
    expect(list(root, ['GetReportListResult'], 'ReportInfo').map((one) => textAt(one, 'ReportId'))).toEqual(['1', '2']);
  });

  test('says nothing where nothing stands', () => {
    const root = rootOf(BODY);
    expect(find(root, 'GetReportListResult', 'Missing', 'HasNext')).toBeUndefined();
    expect(textAt(root, 'GetReportListResult', 'NextToken')).toBeNull();
    expect(textAt(root, 'HasNext')).toBeNull();
    expect(list(root, ['Missing'], 'ReportInfo')).toEqual([]);
  });

  test('may have no prolog, as the answers of Finances have none', () => {
    expect(rootOf('<A xmlns="http://x"><B>1</B></A>\n')).toMatchObject({
      name: 'A',
      children: [{ name: 'B', text: '1' }],
    });
  });

  test('may have a byte order mark, and comments', () => {
    expect(
      rootOf('\ufeff<?xml version="1.0" encoding="utf-8"?><A><!-- not this --><B>1</B></A>').children,
    ).toHaveLength(1);
  });

  test.each(['UTF-8', 'utf-8', 'utf8', 'US-ASCII'])('in %s is taken', (charset) => {
    expect(rootOf(`<?xml version="1.0" encoding="${charset}"?><A/>`).name).toBe('A');
    expect(rootOf('<A/>', `text/xml;charset="${charset}"`).name).toBe('A');
  });

  test('keeps its signs: entities, numbers, CDATA, other alphabets', () => {
    expect(rootOf('<A>&lt;b&gt; &amp; &#233;&#x1F600; <![CDATA[<c>]]> 日本</A>').text).toBe('<b> & é😀 <c> 日本');
  });

  test('stays data when its words are those of our own machinery', () => {
    const root = rootOf('<A><__proto__><toString>x</toString></__proto__></A>');
    expect(textAt(root, '__proto__', 'toString')).toBe('x');
    expect(find(root, 'constructor')).toBeUndefined();
  });
});

const BOMB = `<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol2 "&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;">]>
<lolz>&lol2;</lolz>`;

/** ISO-2022-JP switches alphabets with escape signs; these are its bytes for two letters. */
const JAPANESE = '\u001b$BF|K\\\u001b(B';

describe('what is not whole and plain', () => {
  test.each<[string, string, string?]>([
    ['nothing', ''],
    ['blanks', ' \n '],
    ['JSON', '{"errors":[]}'],
    ['a cut body', BODY.slice(0, -60)],
    ['a body cut inside a tag', BODY.slice(0, 120)],
    ['a body cut after its last element but one', '<A><B>1</B>'],
    ['tags that cross', '<A><B></A></B>'],
    ['two roots', '<A/><B/>'],
    ['words behind the root', '<A/>words'],
    ['a prolog that is not at the beginning', ' <?xml version="1.0"?><A/>'],
    ['NUL in a text', '<A>\u0000</A>'],
    ['NUL behind the root', '<A/>\u0000'],
    ['NUL by its number', '<A>&#0;</A>'],
    ['another control sign', '<A>\u0001</A>'],
    ['half a letter', '<A>\ud800</A>'],
    ['bytes that are no UTF-8', '<A>\ufffd</A>'],
    ['an unknown entity', '<A>&nbsp;</A>'],
    ['an attribute twice', '<A x="1" x="2"/>'],
    ['a document type', '<!DOCTYPE A><A/>'],
    ['a billion laughs', BOMB],
    ['an outer entity', '<!DOCTYPE A [<!ENTITY x SYSTEM "file:///etc/passwd">]><A>&x;</A>'],
    ['Japanese by its prolog', `<?xml version="1.0" encoding="ISO-2022-JP"?><A>${JAPANESE}</A>`],
    ['Japanese without saying so', `<A>${JAPANESE}</A>`],
    ['another charset by its prolog', '<?xml version="1.0" encoding="ISO-8859-1"?><A/>'],
    ['another charset by its header', '<A/>', 'text/xml; charset=Shift_JIS'],
    ['65 levels', `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`],
    ['200,000 levels', '<a>'.repeat(200_000)],
    ['a page', '<!DOCTYPE html>\n<html><body><p>503</body></html>'],
  ])('%s is refused', (_what, body, contentType) => {
    expect(readXml(body, contentType)).toEqual({ refused: expect.stringMatching(/^The body .+\.$/) });
  });

  test('64 levels are taken', () => {
    expect(rootOf(`${'<a>'.repeat(64)}${'</a>'.repeat(64)}`).name).toBe('a');
  });

  test('every cut of a good body is refused, wherever it falls', () => {
    const whole = BODY.trimEnd().length;
    for (let end = 0; end < whole; end++) expect(readXml(BODY.slice(0, end)), String(end)).toHaveProperty('refused');
  });

  test('why it is refused never repeats the body', () => {
    assert(
      property(string({ minLength: 8, unit: 'binary' }), (words) => {
        const reading = readXml(`<A><${words}></A>`);
        if ('refused' in reading) expect(reading.refused).not.toContain(words);
      }),
    );
  });
});

/** Bodies of eight megabytes that want to become many times that; each is made and read where memory is short. */
const HOSTILE: [string, string][] = [
  ['elements side by side', "'<a>' + '<b/>'.repeat(2_000_000) + '</a>'"],
  ['elements in each other', "'<a>'.repeat(2_600_000)"],
  ['attributes', "'<a ' + Array.from({ length: 700_000 }, (_, i) => 'x' + i + '=\"\"').join(' ') + '/>'"],
  ['numbered signs', "'<a>' + '&#x41;'.repeat(1_300_000) + '</a>'"],
  ['one word', "'<a>' + 'x'.repeat(8_000_000) + '</a>'"],
  ['one name', "'<' + 'x'.repeat(8_000_000) + '/>'"],
  ['comments', "'<a>' + '<!---->'.repeat(1_100_000) + '</a>'"],
  ['too much of everything', "'<a>' + 'x'.repeat(9_000_000) + '</a>'"],
];

test.each(HOSTILE)('eight megabytes of %s fit into 64 MB and take no second for each', async (_what, body) => {
  const program = `
    const { parentPort } = require('node:worker_threads');
    import(${JSON.stringify(new URL('./xml.ts', import.meta.url).href)}).then(({ readXml }) => {
      const body = ${body};
      const started = performance.now();
      readXml(body);
      parentPort.postMessage(performance.now() - started);
    });`;
  const worker = new Worker(program, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 64 } });
  const [ms] = await once(worker, 'message');
  expect(ms).toBeLessThan(8000);
  await worker.terminate();
});
