/** What the command line can do: one function a verb, each gives the lines to print. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Rooms } from '../rooms.ts';
import type { Config } from '../config.ts';
import { Fault } from '../core/fault.ts';
import type { AuditNews } from '../core/audit.ts';
import { appendAudit } from '../db/audit.ts';
import { OPERATOR_ACCOUNT } from '../db/outbox.ts';
import { copyInto } from '../db/copies.ts';
import { rotateSecret } from '../db/installation-secrets.ts';
import { noteRestored } from '../db/restored.ts';
import { NAME_MOST, nameProblem } from '../core/name.ts';
import { rotateKeys } from '../db/rotate.ts';
import { createAccount, findAccount, listAccounts } from '../people/accounts.ts';
import { createApiKey } from '../people/api-keys.ts';
import { addOperator, listOperators, removeOperator } from '../people/operators.ts';
import { listPersons, makeConfirmLink, makeResetLink } from '../people/persons.ts';
import { rotateSecretNow } from '../stores/app-rotation.ts';
import { probeNow } from '../stores/probe.ts';
import { listStores, readStore } from '../stores/read.ts';
import { embeddedPath } from './embedded.ts';

export const USAGE = `Usage: npm run storekeeper -- <verb>
  account list
  account create NAME
  person list                                       who signed up, and whose address is confirmed
  person confirm EMAIL|ID                           prints the link that confirms the address, where no mail is sent
  person reset EMAIL|ID                             prints the link to choose a new password
  operator add|remove EMAIL|ID                      who sees all accounts at once; they sign up first
  operator list
  api-key create --account NAME [--name KEY-NAME]   prints the key alone
  store list --account NAME
  store show ID --account NAME
  store probe ID --account NAME
  replay [--rules REVISION|FILE|FOLDER] [--from DAY] [--to DAY] [--account NAME]
         [--differences] [--check-evidence] [--json]
                                                    who would have been told what by other rules; 2 when it differs
  app rotate-secret [APPLICATION-ID]                orders a new secret; it comes by the app’s queue
  key rotate                                        the first key of STOREKEEPER_SECRET_KEY is the new one
  key rotate-sign-in                                a new secret signs sign-in cookies; every sign-in stays
  audit list [--account NAME] [--json]              who did what, from where; without an account the operators’
  audit verify [--account NAME]                     1 when an entry was changed or removed, and which
  backup FILE                                       the embedded database, while the server runs
  restore FILE                                      the server must be stopped
  restored                                          after pg_restore: notes that the database is a copy
  doctor                                            says what is wrong and what to do`;

export type Call = { rooms: Rooms; config: Config; words: string[]; account: string | null; name: string | null };
export type Command = (call: Call) => Promise<string[]>;

const PAGE = 200;
/** Longer than a sign-in lasts. Milliseconds. */
const SIGN_IN_MS = 31 * 86_400_000;

export const COMMANDS: Readonly<Record<string, Command>> = {
  'account list': async ({ rooms }) =>
    (await listAccounts(rooms.people)).map((account) => `${account.id}  ${account.name}`),

  'account create': async ({ rooms, words }) => {
    const name = nameOf(words.join(' '), 'a name: account create NAME');
    return [(await createAccount(rooms.people, { name, ownerId: null })).id];
  },

  'person list': async ({ rooms }) =>
    (await listPersons(rooms.people)).map(
      ({ id, email, name, verified }) => `${id}  ${verified ? 'confirmed    ' : 'not confirmed'}  ${email}  ${name}`,
    ),

  'person confirm': async ({ rooms, words }) => [
    await makeConfirmLink(rooms.people, needed(words[0], 'an e-mail or id: person confirm EMAIL')),
  ],

  'person reset': async ({ rooms, words }) => [
    await makeResetLink(rooms.people, needed(words[0], 'an e-mail or id: person reset EMAIL')),
  ],

  'operator add': async ({ rooms, words }) => {
    const { email } = await addOperator(rooms.people, needed(words[0], 'an e-mail or id: operator add EMAIL'));
    return [`${email} is an operator now.`];
  },

  'operator remove': async ({ rooms, words }) => {
    const { email } = await removeOperator(rooms.people, needed(words[0], 'an e-mail or id: operator remove EMAIL'));
    return [`${email} is no operator any more.`];
  },

  'operator list': async ({ rooms }) => listOperators(rooms.people),

  'api-key create': async ({ rooms, account, name }) => {
    const { id } = await findAccount(rooms.people, needed(account, '--account NAME'));
    return [
      (
        await createApiKey(rooms.people, { accountId: id, name: nameOf(name ?? 'command line', '--name') })
      ).key.reveal(),
    ];
  },

  'store list': async ({ rooms, account }) => {
    const accountId = await accountOf(rooms, account);
    const lines: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof listStores>> = await listStores(rooms.shop, {
        accountId,
        cursor,
        limit: PAGE,
      });
      lines.push(...page.data.map((store) => `${store.id}  ${store.verdict.padEnd(16)}  ${store.site}  ${store.name}`));
      cursor = page.next_cursor;
    } while (cursor !== null);
    return lines;
  },

  'store show': async ({ rooms, account, words }) => {
    const accountId = await accountOf(rooms, account);
    const store = await readStore(rooms.shop, { accountId, id: needed(words[0], 'the id: store show ID') });
    return [JSON.stringify(store, null, 2)];
  },

  'store probe': async ({ rooms, config, account, words }) => {
    if (config.demo && rooms.shop.apps().length === 0) {
      throw new Fault('not-ready', { detail: 'The demo is not running. Start it with npm start, then look again.' });
    }
    const accountId = await accountOf(rooms, account);
    const { steps, store } = await probeNow(rooms.shop, { accountId, id: needed(words[0], 'the id: store probe ID') });
    return [
      ...steps.map((step) => `${step.outcome.padEnd(16)}  ${step.title}  ${step.text}`),
      `→ ${store.text.status}`,
    ];
  },

  'app rotate-secret': async ({ rooms, words }) => {
    const { name } = await rotateSecretNow(rooms.shop, words[0] ?? null);
    return [
      `A new secret for ${name} is ordered. It comes by the queue, is tried on one store, and is used from then on.`,
    ];
  },

  'key rotate': async ({ rooms }) => {
    const done = await rotateKeys({ db: rooms.database, vault: rooms.vault });
    await auditOperator(rooms, { kind: 'key.rotated', details: { key: done.keyId, retired: done.retired } });
    const old =
      done.retired.length > 0 ? ` Retired: ${done.retired.join(', ')}; remove it from STOREKEEPER_SECRET_KEY.` : '';
    return [`Everything is sealed with key ${done.keyId}; ${done.rewrapped} secrets were wrapped anew.${old}`];
  },

  'key rotate-sign-in': async ({ rooms }) => {
    const { database, vault } = rooms;
    const version = await rotateSecret({ database, vault, purpose: 'sign_in', keepMs: SIGN_IN_MS });
    await auditOperator(rooms, { kind: 'key.rotated', details: { key: `sign-in ${version}` } });
    return [
      `Sign-in cookies are signed with secret ${version} in ten seconds. Earlier cookies stay right until they end.`,
    ];
  },

  backup: async ({ rooms, config, words }) => {
    const file = needed(words[0], 'a file: backup FILE');
    embeddedPath(config, 'pg_dump');
    if (existsSync(file)) throw new Fault('invalid-request', { detail: `${file} exists already. Name a new file.` });
    await auditOperator(rooms, { kind: 'backup.created' });
    await copyInto(rooms.database.db, resolve(file));
    return [`Backed up to ${file}. Keep the secret key apart from it: without the key nobody can open the tokens.`];
  },

  restored: async ({ rooms }) => {
    await noteRestored(rooms.database.db, Date.now());
    await auditOperator(rooms, { kind: 'backup.restored' });
    return ['Noted: this database was restored from a copy. Start the server now.'];
  },
};

type Operators = Pick<AuditNews, 'kind' | 'details'>;

/** What concerns all accounts stands in the operators' own chain. */
async function auditOperator({ database, clock }: Rooms, news: Operators): Promise<void> {
  await database.transaction((tx) => appendAudit(tx, { ...news, accountId: OPERATOR_ACCOUNT, at: clock.now() }));
}

function needed(value: string | null | undefined, what: string): string {
  if (value) return value;
  throw new Fault('invalid-request', { detail: `This verb needs ${what}.` });
}

function nameOf(value: string, what: string): string {
  const name = needed(value.trim(), what);
  if (nameProblem(name) === null) return name;
  throw new Fault('invalid-request', {
    detail: `A name has ${NAME_MOST} characters at most, and none that cannot be seen. Type it by hand.`,
  });
}

async function accountOf(rooms: Rooms, account: string | null): Promise<string> {
  return (await findAccount(rooms.people, needed(account, '--account NAME'))).id;
}
