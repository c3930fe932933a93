/** The list of personal data is complete: a new column of text fails here until it is classified. */
import { expect, test } from 'vitest';
import { PERSONAL_DATA } from '../../server/src/core/personal-data.ts';
import { eachDatabase } from '../../server/src/db/testing.ts';
import { ask } from '../../server/src/db/testing-statements.ts';
import { textColumns } from '../support/text-columns.ts';

eachDatabase((_name, open) => {
  test('classifies every text column of every table exactly once', async () => {
    const database = await open();
    const live = await textColumns(database);
    const listed = Object.entries(PERSONAL_DATA).flatMap(([table, { personal, secret, neither }]) =>
      [...personal, ...secret, ...neither].map((column) => `${table}.${column}`),
    );
    expect(listed.toSorted()).toEqual(live.toSorted());
  });

  test('notices a new text column', async () => {
    const database = await open();
    await ask(database.db, 'create table visitor (id bigint, fullname text)');
    await ask(database.db, 'alter table store add column phone text');
    const live = await textColumns(database);
    expect(live).toContain('visitor.fullname');
    expect(live).toContain('store.phone');
  });

  test('names what clears each table with personal data', () => {
    const forgotten = Object.entries(PERSONAL_DATA).filter(
      ([, { personal, clearedBy }]) => personal.length > 0 && clearedBy.length === 0,
    );
    expect(forgotten.map(([table]) => table)).toEqual([]);
  });
});
