/** The operator's registered apps: `STOREKEEPER_APPS_FILE`, a JSON list, checked with the place of every mistake. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { App } from '../core/access.ts';
import { REGIONS } from '../core/observation.ts';
import { Secret } from '../core/secret.ts';
import type { Fields } from './fields.ts';

const text = z.string().trim().min(1);
const instant = z.iso.datetime({ offset: true, error: 'an instant such as 2027-03-01T00:00:00Z is expected' });

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
});

/** Read and checked, so that one file serves every version; this version has no MWS connector. */
const MwsDeveloper = z.strictObject({
  marketplace: z.literal('amazon-mws'),
  region: z.enum(REGIONS),
  developerName: text,
  developerId: text,
  accessKeyId: text,
  secretKey: text,
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
  const apps = parsed.data.flatMap((entry) => (entry.marketplace === 'amazon' ? [toApp(entry)] : []));
  if (apps.length > 1) {
    fields.problem(NAME, {
      wrong: 'It has several apps for amazon.',
      right: 'One app: an Amazon app serves all regions.',
    });
  }
  return apps;
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

function toApp(entry: z.infer<typeof AmazonApp>): App {
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
  };
}
