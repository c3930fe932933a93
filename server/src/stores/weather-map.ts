/** The weather over every cohort, its incidents, and the public page of how the marketplaces answer. For pages: nothing here decides. */
import type { Marketplace } from '../core/access.ts';
import type { Region } from '../core/observation.ts';
import { baselineOf, BASELINE_SHARE, controlRefused, isThin, unlikeliness, type Weather } from '../core/weather.ts';
import {
  closedWords,
  happenedThen,
  happensNow,
  openedWords,
  operatorSays,
  REGION_NAMES,
  type Told,
} from '../core/words-incidents.ts';
import { readCohort } from '../db/cohorts.ts';
import { cohortSizes } from '../db/crowd.ts';
import { heldCounts, type HeldCounts } from '../db/held.ts';
import { listIncidents, openIncidents, type IncidentRow } from '../db/incidents.ts';
import type { CohortBody, IncidentBody, StatusBody, StatusPlace } from '../http/contract/incident.ts';
import { placeOfCohort, type CohortPlace as Place } from './cohort-place.ts';
import { instant, instantOrNull } from './present.ts';
import type { Shop } from './shop.ts';

const DAY = 86_400_000;
/** What the public page looks back on. */
const STATUS_DAYS = 90;
/** More incidents than this in ninety days are a list nobody reads. */
const STATUS_MOST = 500;
/** Counting every store takes a moment, so it is done at most this often for all who read. Milliseconds. */
const SIZES_MS = 30_000;
/** Nothing can be said of a place where no store was looked at for so long. */
const LATELY_MS = 75 * 60_000;

type Size = Awaited<ReturnType<typeof cohortSizes>>[number];

/** Every cohort that has live stores or an open incident: those with an incident first, then by their number of stores. */
export async function readCohorts(shop: Shop): Promise<CohortBody[]> {
  const sizes = new Map((await sizesOf(shop)).map((size) => [size.cohort, size]));
  const open = await openIncidents(shop.db.db);
  const bodies = new Map((await toBodies(shop, open)).map((body) => [body.cohort, body]));
  const cohorts = new Set([...sizes.keys(), ...bodies.keys()]);
  const found = await Promise.all(
    [...cohorts].map((cohort) => cohortBody(shop, { cohort, size: sizes.get(cohort), incident: bodies.get(cohort) })),
  );
  return found
    .filter((body) => body !== null)
    .toSorted((a, b) => Number(b.incident !== null) - Number(a.incident !== null) || b.stores - a.stores);
}

type Drawn = { cohort: string; size: Size | undefined; incident: IncidentBody | undefined };

async function cohortBody(shop: Shop, { cohort, size, incident }: Drawn): Promise<CohortBody | null> {
  const place = placeOfCohort(cohort);
  if (!place) return null;
  const weather = await shop.db.acrossAccounts(() => shop.crowd.weather(cohort));
  const row = await readCohort(shop.db.db, cohort);
  const { stores, lastLookAt } = size ?? { stores: 0, lastLookAt: null };
  return {
    cohort,
    ...placeWords(shop, place),
    app_name: appName(shop, place.applicationId),
    application_id: place.applicationId,
    stores,
    ...shareBody(weather),
    baseline: row ? baselineOf(row.learnt) : BASELINE_SHARE,
    control: controlBody(weather),
    app_fault: appFaultBody(weather),
    held: incident?.held ?? 0,
    last_look_at: instantOrNull(lastLookAt),
    incident: incident ?? null,
  };
}

function shareBody({ share }: Weather): Pick<CohortBody, 'active' | 'failing' | 'share' | 'p' | 'thin'> {
  const { active, failing } = share;
  const part = active === 0 ? null : failing / active;
  return { active, failing, share: part, p: unlikeliness(share), thin: isThin(share) };
}

function appFaultBody({ app }: Weather): CohortBody['app_fault'] {
  return app.cause === null ? null : { cause: app.cause, since: instantOrNull(app.since) };
}

function controlBody(weather: Weather): CohortBody['control'] {
  const { lastOkAt, lastOkVia, lastRefusedAt } = weather.control;
  const refused = controlRefused(weather);
  const at = refused ? lastRefusedAt : lastOkAt;
  return at === null ? null : { ok: !refused, at: instant(at), via: refused ? null : lastOkVia };
}

/** The newest incidents of all cohorts, of our apps and of this machine. */
export async function readIncidents(shop: Shop, { limit }: { limit: number }): Promise<IncidentBody[]> {
  return toBodies(shop, await listIncidents(shop.db.db, { limit }));
}

async function toBodies(shop: Shop, rows: readonly IncidentRow[]): Promise<IncidentBody[]> {
  const counts = await heldCounts(
    shop.db.db,
    rows.map(({ id }) => id),
  );
  const found = new Map(counts.map((count) => [count.incidentId, count]));
  return rows.map((row) => toIncidentBody(shop, row, found.get(row.id)));
}

function toIncidentBody(shop: Shop, row: IncidentRow, counts: HeldCounts | undefined): IncidentBody {
  const place = placeOfCohort(row.cohort);
  const words = place ? placeWords(shop, place) : ownWords(shop, row.cohort);
  const { id, cohort, cause, operation, extent, note, evidence } = row;
  const { held, released } = counts ?? { held: 0, released: 0 };
  return {
    id,
    cohort,
    ...words,
    app_name: place ? appName(shop, place.applicationId) : null,
    cause,
    operation,
    extent,
    ...timesBody(row),
    opened_by: row.openedBy,
    closed_by: row.closedBy,
    note,
    opening: { ...NO_NUMBERS, ...row.opening },
    evidence,
    held,
    released,
    text: incidentText(row, words),
  };
}

const NO_NUMBERS = { active: null, failing: null, baseline: null, p: null, control: null };

function timesBody(row: IncidentRow): Pick<IncidentBody, 'began_at' | 'opened_at' | 'over_at' | 'closed_at'> {
  return {
    began_at: instant(beganAt(row)),
    opened_at: instant(row.openedAt),
    over_at: instantOrNull(row.closedAt === null ? null : overAt(row)),
    closed_at: instantOrNull(row.closedAt),
  };
}

function beganAt({ beganAt: began, openedAt }: IncidentRow): number {
  return began ?? openedAt;
}

/** When the marketplace answered again, or where nobody saw that, when it was closed. */
function overAt({ overAt: over, closedAt }: IncidentRow): number | null {
  return over ?? closedAt;
}

function incidentText(row: IncidentRow, words: { label: string; region: Region | null }): IncidentBody['text'] {
  const sentence = says(row, words.label);
  return {
    title: words.region === null ? sentence : `${sentence} in ${inSentence(words.region)}`,
    opened: openedWords({ by: row.openedBy, ...row.opening }),
    closed: row.closedBy === null ? null : closedWords(row.closedBy),
  };
}

/** "Europe", "the Far East". */
function inSentence(region: Region): string {
  return region === 'fe' ? `the ${REGION_NAMES.fe}` : REGION_NAMES[region];
}

function says({ cause, operation, extent, closedAt, openedBy, evidence }: IncidentRow, label: string): string {
  if (openedBy === 'operator' && evidence.length === 0) return operatorSays(label, closedAt !== null);
  const told: Told = { cause, operation, extent, label };
  return closedAt === null ? happensNow(told) : happenedThen(told);
}

/** How the marketplaces answer, for everybody. Names no store, no account, no app, and tells no number of stores. */
export async function readStatus(shop: Shop): Promise<StatusBody> {
  const now = shop.now();
  const sizes = await sizesOf(shop);
  const since = now - STATUS_DAYS * DAY;
  const rows = await listIncidents(shop.db.db, { limit: STATUS_MOST, since, ofMarketplace: true });
  const places = new Map<string, Place>();
  for (const { cohort } of [...sizes, ...rows.filter(({ closedAt }) => closedAt === null)]) {
    const place = placeOfCohort(cohort);
    if (place) places.set(keyOf(place), place);
  }
  const drawn = [...places.values()].map((place) => {
    const here = (cohort: string) => keyOf(placeOfCohort(cohort)) === keyOf(place);
    return statusPlace(shop, {
      place,
      now,
      lastLookAt: Math.max(0, ...sizes.filter((size) => here(size.cohort)).map((size) => size.lastLookAt ?? 0)),
      incidents: rows.filter((row) => here(row.cohort)),
    });
  });
  return { as_of: instant(now), days: STATUS_DAYS, places: drawn.toSorted((a, b) => a.place.localeCompare(b.place)) };
}

function keyOf(place: Place | null): string {
  return place ? `${place.marketplace}:${place.region}` : '';
}

type Standing = { place: Place; now: number; lastLookAt: number; incidents: IncidentRow[] };

function statusPlace(shop: Shop, { place, now, lastLookAt, incidents }: Standing): StatusPlace {
  const words = placeWords(shop, place);
  const open = incidents.find(({ closedAt }) => closedAt === null);
  const last = incidents[0];
  const listed = incidents.map((row) => ({
    from: instant(beganAt(row)),
    to: instantOrNull(row.closedAt === null ? null : overAt(row)),
    sentence: `${says(row, words.label)}.`,
    note: row.note,
  }));
  if (open) {
    const sentence = `${says(open, words.label)}. Nothing is to be done: no store has lost its connection by it.`;
    return { ...words, state: 'trouble', since: instant(beganAt(open)), sentence, incidents: listed };
  }
  if (now - lastLookAt > LATELY_MS) {
    const sentence = `Nobody asked ${words.label} there in the last hour, so we cannot say.`;
    return { ...words, state: 'unknown', since: null, sentence, incidents: listed };
  }
  const since = instantOrNull(last ? overAt(last) : null);
  return { ...words, state: 'answering', since, sentence: `${words.label} answers.`, incidents: listed };
}

type PlaceWords = { marketplace: Marketplace; label: string; region: Region; place: string };

function placeWords(shop: Shop, { marketplace, region }: Place): PlaceWords {
  const { label } = shop.connector(marketplace);
  const name = marketplace === 'amazon-mws' ? `${label} MWS` : label;
  return { marketplace, label, region, place: `${name} ${REGION_NAMES[region]}` };
}

type OwnWords = { marketplace: Marketplace | null; label: string; region: null; place: string };

/** An incident of ours: of an app, or of this machine. */
function ownWords(shop: Shop, cohort: string): OwnWords {
  const id = cohort.startsWith('app:') ? cohort.slice('app:'.length) : null;
  const app = shop.apps().find(({ applicationId }) => applicationId === id);
  const label = shop.connector(app?.marketplace ?? 'amazon').label;
  if (id === null) return { marketplace: null, label, region: null, place: 'This machine' };
  return { marketplace: app?.marketplace ?? null, label, region: null, place: app?.name ?? 'An app of ours' };
}

function appName(shop: Shop, applicationId: string): string | null {
  return shop.apps().find((app) => app.applicationId === applicationId)?.name ?? null;
}

const counted = new WeakMap<Shop, { at: number; sizes: Promise<Size[]> }>();

function sizesOf(shop: Shop): Promise<Size[]> {
  const kept = counted.get(shop);
  if (kept && Math.abs(shop.now() - kept.at) < SIZES_MS) return kept.sizes;
  const sizes = cohortSizes(shop.db.db);
  counted.set(shop, { at: shop.now(), sizes });
  sizes.catch(() => counted.delete(shop));
  return sizes;
}
