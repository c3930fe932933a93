/** The wizard's fields: what they hold, how they are checked, what is sent. Pure. */
import type { z } from 'zod';
import type { NewConnectSession, NewStore } from '../../../server/src/http/contract/connect.ts';
import { emailError, nameProblem } from '../sign-in/credentials.ts';
import { REGION_WORDS } from '../words/places.ts';
import type { CatalogueSite, Marketplace } from './ways.ts';
import { CREDENTIAL_FIELDS, typedCredentials, type CredentialValues, type MarketplaceName } from './credentials.ts';

/** What is typed. */
export type StoreValues = CredentialValues & {
  currency: string;
  receiving_account: string;
  site: string;
  name: string;
  email: string;
};

/** Server field → field of the form. */
export const STORE_FIELDS: Readonly<Record<string, keyof StoreValues>> = {
  ...CREDENTIAL_FIELDS,
  currency: 'currency',
  receiving_account: 'receiving_account',
  site: 'site',
  name: 'name',
  email: 'email',
};

/** Fields of the first step; an error at one of them leads back there. */
export const FIRST_STEP: readonly (keyof StoreValues)[] = ['currency', 'receiving_account'];

export function nameError(value: string): string | undefined {
  if (value.trim() === '') return 'Give the store a name. It is yours to choose, for example Blue Bird.';
  return nameProblem(value, 100);
}

export function accountError(value: string): string | undefined {
  return nameProblem(value, 120);
}

export function optionalEmailError(value: string): string | undefined {
  return value.trim() === '' ? undefined : emailError(value);
}

/** What is sent: with the way into the marketplace that was chosen. */
type Chosen = StoreValues & { marketplace: MarketplaceName };

function fieldsOf(values: Chosen): z.input<typeof NewConnectSession> {
  const optional = {
    email: values.email.trim(),
    currency: values.currency,
    receiving_account: values.receiving_account.trim(),
  };
  return {
    marketplace: values.marketplace,
    site: values.site,
    name: values.name.trim(),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== '')),
  };
}

export function newSession(values: Chosen): z.input<typeof NewConnectSession> {
  return fieldsOf(values);
}

export function newStore(values: Chosen): z.input<typeof NewStore> {
  return { ...fieldsOf(values), credentials: typedCredentials(values, values.marketplace) };
}

/** Sites under their region, regions in the order of the catalogue. */
export function sitesByRegion(marketplace: Marketplace | undefined): { region: string; sites: CatalogueSite[] }[] {
  const groups = new Map<string, CatalogueSite[]>();
  for (const site of marketplace?.sites ?? []) groups.set(site.region, [...(groups.get(site.region) ?? []), site]);
  return [...groups].map(([region, sites]) => ({ region: regionWord(region), sites }));
}

function regionWord(region: string): string {
  return region === 'na' || region === 'eu' || region === 'fe' ? REGION_WORDS[region] : region;
}

/** `One permission covers every site of this store in Europe.` */
export function coverHint(marketplace: Marketplace | undefined, site: string): string {
  const found = marketplace?.sites.find((entry) => entry.site === site);
  return found === undefined
    ? 'The site where the store was registered.'
    : `One permission covers every site of this store in ${regionWord(found.region)}.`;
}
