import { expect, it } from 'vitest';
import { credentialSuite, leaseSuite, storeSuite } from './stores.testsuite.ts';
import { evidenceSuite, messageSuite, requestSuite } from './suite.testsuite.ts';
import { foundationSuite, keySuite } from './keys.testsuite.ts';
import { insertStore } from './stores.ts';
import { describeSqlite } from './testing.ts';
import { aStore } from './testing-rows.ts';

describeSqlite((_name, open) => {
  storeSuite(open);
  leaseSuite(open);
  credentialSuite(open);
  evidenceSuite(open);
  messageSuite(open);
  requestSuite(open);
  keySuite(open);
  foundationSuite(open);

  it('refuses a write beside the open transaction, which would wait for itself', async () => {
    const database = await open();
    const beside = database.transaction(() => insertStore(database.db, aStore()));
    await expect(beside).rejects.toThrow('beside the open transaction');
    await insertStore(database.db, aStore());
  });
});
