/** What people type and paste into fields, and what a form has to do about it. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

export const NONSENSE = {
  nothing: '',
  spaces: '     ',
  'ten thousand characters': 'x'.repeat(10_000),
  pictures: '🛍️😀👩‍👩‍👧',
  markup: '"><img src=x onerror="window.ran=1"><script>window.ran=1</script>{{7*7}}${7*7}',
  SQL: "'); DROP TABLE store; --",
  'a pasted password': 'Hunter2-hunter2!',
  'a pasted client secret': `amzn1.oa2-cs.v1.${'0123456789abcdef'.repeat(4)}`,
  'characters nobody sees': '\u202Eevil\u2066',
  'a line break': 'one\ntwo',
} as const;

export type Kind = keyof typeof NONSENSE;
export const KINDS = Object.keys(NONSENSE) as Kind[];

/** What a field says and holds now. */
export type Told = { name: string; says: string; value: string };

/** Fields of the form that were refused, in their order on the page, each with its words. */
export async function refusedFields(form: Locator): Promise<Told[]> {
  return form.locator('[aria-invalid="true"]').evaluateAll((fields) =>
    fields.map((field) => {
      const input = field as unknown as { name: string; value: string; getAttribute: (name: string) => string | null };
      const root = (
        field as unknown as { ownerDocument: { getElementById: (id: string) => { textContent: string } | null } }
      ).ownerDocument;
      const note = root.getElementById(input.getAttribute('aria-describedby') ?? '');
      return { name: input.name, says: note?.textContent ?? '', value: input.value };
    }),
  );
}

/**
 * Types the same nonsense into every field and sends the form. Nothing typed is lost, the first wrong field has the focus,
 * each wrong field says something, and nothing that was typed has run.
 */
export async function typeEverywhere(form: Locator, value: string, send: string): Promise<Told[]> {
  const page = form.page();
  await form.waitFor();
  const fields = form.locator('input:not([type=radio], [type=date]), textarea');
  const typed: string[] = [];
  for (const field of await fields.all()) {
    await field.fill(value);
    typed.push(await field.inputValue());
  }
  await form.getByRole('button', { name: send }).click();
  await expect.poll(() => form.locator('[aria-invalid="true"], [aria-busy="true"]').count()).toBeGreaterThan(0);
  await form.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
  const refused = await refusedFields(form);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.filter(({ says }) => says.length < 20)).toEqual([]);
  await expect.poll(() => page.evaluate('document.activeElement.name')).toBe(refused[0]?.name);
  expect(await Promise.all((await fields.all()).map((field) => field.inputValue()))).toEqual(typed);
  await expectNothingRan(page);
  return refused;
}

export async function expectNothingRan(page: Page): Promise<void> {
  expect(await page.evaluate('window.ran')).toBeUndefined();
}

/** The words of one field among those that were refused. */
export function saysAt(refused: readonly Told[], name: string): string | undefined {
  return refused.find((field) => field.name === name)?.says;
}
