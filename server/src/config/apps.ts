/** The operator's registered apps: `STOREKEEPER_APPS_FILE`, a JSON list, checked with the place of every mistake. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { AmazonApp as AmazonAppFields, App, MwsApp, QueueSettings } from '../core/access.ts';
import { REGIONS } from '../core/observation.ts';
import { Secret } from '../core/secret.ts';
import type { Fields } from './fields.ts';

const text = z.string().trim().min(1);
const instant = z.iso.datetime({ offset: true, error: 'an instant such as 2027-03-01T00:00:00Z is expected' });

/** Host of the region, account of twelve digits, name. */
const QUEUE_URL = /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/\d{12}\/[\w.-]{1,80}$/;

const AmazonApp = z.strictObject({
  marketplace: z.literal('amazon'),
  name: text.default('Storekeeper'),
  applicationId: text,
  clientId: text,
  clientSecret: text,
  previousClientSecret: text.optional(),
  secretExpiresAt: instant.optional(),
  redirectUri: z.url(),
  loginUri: z.url().optional(),
  draft: z.boolean().default(false),
  control: z.strictObject({ region: z.enum(REGIONS), refreshToken: text }).optional(),
  notifications: z
    .strictObject({
      queueUrl: z
        .string()
        .regex(
          QUEUE_URL,
          'the address of an SQS queue such as https://sqs.us-east-1.amazonaws.com/123456789012/storekeeper is expected',
        ),
      region: text.optional(),
      accessKeyId: text.optional(),
      secretAccessKey: text.optional(),
    })
    .refine((queue) => (queue.accessKeyId === undefined) === (queue.secretAccessKey === undefined), {
      path: ['secretAccessKey'],
      error: 'accessKeyId and secretAccessKey are given together, or neither',
    })
    .optional(),
  rotateSecret: z.boolean().default(false),
});

const MwsDeveloper = z.strictObject({
  marketplace: z.literal('amazon-mws'),
  region: z.enum(REGIONS),
  countries: z
    .array(z.string().regex(/^[A-Z]{2}$/, 'a country code such as JP is expected'))
    .min(1)
    .optional(),
  developerName: text,
  developerId: z.string().regex(/^\d{4}-\d{4}-\d{4}$/, 'twelve digits such as 0000-1111-2222 are expected'),
  accessKeyId: text,
  secretKey: text,
  applicationId: text.optional(),
  control: z.strictObject({ sellerId: text, mwsAuthToken: text }).optional(),
});

const AppsFile = z.array(z.discriminatedUnion('marketplace', [AmazonApp, MwsDeveloper]));

const NAME = 'STOREKEEPER_APPS_FILE';

export function readApps(fields: Fields, directory: string): App[] {
  const path = fields.text(NAME);
  if (path === null) return [];
  const parsed = AppsFile.safeParse(readJson(fields, resolve(directory, path)));
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      fields.problem(NAME, {
        wrong: `${placeOf(issue.path)}: ${issue.message}.`,
        right: 'See the guide for operators.',
      });
    }
    return [];
  }
  const amazon = parsed.data.flatMap((entry) => (entry.marketplace === 'amazon' ? [toApp(entry)] : []));
  const developers = parsed.data.flatMap((entry) => (entry.marketplace === 'amazon-mws' ? [entry] : []));
  if (amazon.length > 1) {
    fields.problem(NAME, {
      wrong: 'It has several apps for amazon.',
      right: 'One app: an Amazon app serves all regions.',
    });
  }
  refuseOverlap(fields, developers);
  for (const entry of amazon) refuseRotation(fields, entry);
  return [...amazon, ...developers.map((entry) => toDeveloper(fields, entry, amazon))];
}

/** Amazon hands a new secret over by the queue alone. */
function refuseRotation(fields: Fields, app: AmazonAppFields): void {
  if (app.rotateSecret !== true || app.notifications) return;
  fields.problem(NAME, {
    wrong: `The app ${app.applicationId} has "rotateSecret" without "notifications".`,
    right: 'Its queue as "notifications", because a new secret comes by the queue alone; or no "rotateSecret".',
  });
}

function readJson(fields: Fields, path: string): unknown {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    fields.problem(NAME, { wrong: `The file ${path} cannot be read.`, right: 'The path of a readable JSON file.' });
    return [];
  }
  try {
    return JSON.parse(content);
  } catch (error) {
    const where =
      error instanceof Error ? /position \d+( \(line \d+ column \d+\))?/.exec(error.message)?.[0] : undefined;
    fields.problem(NAME, {
      wrong: `The file is not valid JSON${where === undefined ? '' : `, see ${where}`}.`,
      right: 'A JSON list of apps.',
    });
    return [];
  }
}

function placeOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'The file';
  const [index, ...rest] = path;
  return `Entry ${Number(index) + 1}${rest.length > 0 ? `, ${rest.map(String).join('.')}` : ''}`;
}

type DeveloperEntry = z.infer<typeof MwsDeveloper>;

/** A place is served by one developer: with two, nobody could say whose ID its sellers must look for. */
function refuseOverlap(fields: Fields, developers: readonly DeveloperEntry[]): void {
  for (const [at, later] of developers.entries()) {
    for (const earlier of developers.slice(0, at)) {
      const place = sharedPlace(earlier, later);
      if (place === null) continue;
      fields.problem(NAME, {
        wrong: `The developers ${earlier.developerId} and ${later.developerId} both serve ${place}.`,
        right: 'One developer for a region, or one for each country of it, by "countries".',
      });
    }
  }
}

/** Without countries a developer serves all of its region. */
function sharedPlace(one: DeveloperEntry, other: DeveloperEntry): string | null {
  if (one.region !== other.region) return null;
  const countries = one.countries ?? other.countries;
  if (countries === undefined) return `${one.region}: all of it`;
  const shared = countries.find((country) => other.countries?.includes(country) ?? true);
  return shared === undefined ? null : `${one.region}: ${shared}`;
}

/** A hybrid application is one of the list too: its consent then also gives an MWS auth token. */
function toDeveloper(fields: Fields, entry: DeveloperEntry, amazon: readonly AmazonAppFields[]): MwsApp {
  const hybrid = amazon.find((app) => app.applicationId === entry.applicationId) ?? null;
  if (entry.applicationId !== undefined && hybrid === null) {
    fields.problem(NAME, {
      wrong: `The developer ${entry.developerId} names the application ${entry.applicationId}, which is not in the list.`,
      right: 'The applicationId of the amazon entry, or none: then sellers connect by hand.',
    });
  }
  return {
    marketplace: 'amazon-mws',
    applicationId: entry.developerId,
    name: entry.developerName,
    region: entry.region,
    countries: entry.countries ?? null,
    accessKeyId: entry.accessKeyId,
    secretKey: new Secret(entry.secretKey),
    hybrid: hybrid && { applicationId: hybrid.applicationId, redirectUri: hybrid.redirectUri, draft: hybrid.draft },
    control: entry.control
      ? { region: entry.region, sellerId: entry.control.sellerId, grantToken: new Secret(entry.control.mwsAuthToken) }
      : null,
  };
}

function toApp(entry: z.infer<typeof AmazonApp>): AmazonAppFields {
  return {
    marketplace: 'amazon',
    applicationId: entry.applicationId,
    name: entry.name,
    clientId: entry.clientId,
    clientSecret: new Secret(entry.clientSecret),
    previousClientSecret: entry.previousClientSecret === undefined ? null : new Secret(entry.previousClientSecret),
    secretExpiresAt: entry.secretExpiresAt === undefined ? null : Date.parse(entry.secretExpiresAt),
    redirectUri: entry.redirectUri,
    loginUri: entry.loginUri ?? null,
    draft: entry.draft,
    control:
      entry.control === undefined
        ? null
        : { region: entry.control.region, grantToken: new Secret(entry.control.refreshToken) },
    notifications: entry.notifications ? toQueue(entry.notifications) : null,
    rotateSecret: entry.rotateSecret,
  };
}

function toQueue(entry: NonNullable<z.infer<typeof AmazonApp>['notifications']>): QueueSettings {
  const { queueUrl, region, accessKeyId, secretAccessKey } = entry;
  const keys =
    accessKeyId === undefined || secretAccessKey === undefined
      ? null
      : { accessKeyId, secretAccessKey: new Secret(secretAccessKey) };
  return { queueUrl, region: region ?? QUEUE_URL.exec(queueUrl)?.[1] ?? 'us-east-1', keys };
}
