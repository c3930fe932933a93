import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const here = new URL('.', import.meta.url);
const files = readdirSync(here).filter((name) => name.endsWith('.ts') && !/\.(test|testkit)\.ts$/.test(name));

/** The core asks nobody: time, randomness and settings are arguments. */
const FORBIDDEN = [/Date\.now\(/, /new Date\(\)/, /Math\.random\(/, /process\./, /\bfetch\(/, /\bawait\b/, /\basync\b/];

/** Comments may speak of anything. */
function codeOf(name: string): string {
  return readFileSync(new URL(name, here), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');
}

test('there is a core to look at', () => {
  expect(files).toContain('judge.ts');
  expect(files.length).toBeGreaterThan(15);
});

test.each(files)('%s knows no clock, no dice, no process, no network and never waits', (name) => {
  const code = codeOf(name);
  expect(FORBIDDEN.filter((pattern) => pattern.test(code)).map(String)).toEqual([]);
});

test.each(files)('%s imports the core alone', (name) => {
  const imports = [...codeOf(name).matchAll(/from '([^']+)'/g)].map((found) => found[1] ?? '');
  expect(imports.filter((from) => !/^\.\/[\w-]+\.ts$/.test(from))).toEqual([]);
});
