/**
 * The apps as everybody uses them: the secret that is in use first, the other that may be taken behind it. Which is which
 * stands in the database, so that all processes agree; the texts are in this process's memory alone.
 */
import { arrange, inOrder, type KnownSecret } from '../core/app-secrets.ts';
import type { AmazonApp, App } from '../core/access.ts';
import type { Secret } from '../core/secret.ts';
import {
  appSecrets,
  fingerprintOf,
  openAppSecret,
  putFileSecret,
  replaceLive,
  setEnd,
  type AppSecretRow,
} from '../db/app-secrets.ts';
import type { OpenDatabase, Tx } from '../db/open.ts';
import type { Vault } from '../db/vault.ts';

/** A secret with its text, where this process has it. */
export type HeldSecret = AppSecretRow & KnownSecret & { secret: Secret | null };

type Deps = { db: OpenDatabase; vault: Vault; now: () => number; base: () => readonly App[] };

export class AppSecrets {
  readonly #db: OpenDatabase;
  readonly #vault: Vault;
  readonly #now: () => number;
  readonly #base: () => readonly App[];
  readonly #held = new Map<string, HeldSecret[]>();

  constructor({ db, vault, now, base }: Deps) {
    this.#db = db;
    this.#vault = vault;
    this.#now = now;
    this.#base = base;
  }

  /** The apps, each with the secrets to use. */
  readonly apps = (): readonly App[] =>
    this.#base().map((app) => (app.marketplace === 'amazon' ? this.#used(app) : app));

  /** Every secret of an app that is known, in the order in which they are tried; those without a text come not at all. */
  heldBy(applicationId: string): readonly HeldSecret[] {
    return inOrder(this.#held.get(applicationId) ?? [], this.#now());
  }

  /** Reads what the settings and the database say now. Call it at the start and every few seconds. */
  async refresh(): Promise<void> {
    for (const app of this.#base()) {
      if (app.marketplace === 'amazon') this.#held.set(app.applicationId, await this.#read(app));
    }
  }

  #used(app: AmazonApp): AmazonApp {
    const [first, second] = this.heldBy(app.applicationId);
    if (!first?.secret) return app;
    return { ...app, clientSecret: first.secret, previousClientSecret: second?.secret ?? null };
  }

  async #read(app: AmazonApp): Promise<HeldSecret[]> {
    const own = new Map(
      [app.previousClientSecret, app.clientSecret].flatMap((one) => (one ? [[fingerprintOf(one), one]] : [])),
    );
    const held = (row: AppSecretRow): HeldSecret => {
      const secret = own.get(row.fingerprint) ?? openAppSecret(this.#vault, row);
      return { ...row, secret, available: secret !== null };
    };
    const known = (await appSecrets(this.#db.db, app.applicationId)).map(held);
    if (!this.#isNews(app, known)) return known;
    await this.#db.transaction(async (tx) => {
      const before = (await appSecrets(tx, app.applicationId)).map(held);
      await noteFile(tx, { app, known: before, now: this.#now() });
    });
    return (await appSecrets(this.#db.db, app.applicationId)).map(held);
  }

  #isNews(app: AmazonApp, known: readonly HeldSecret[]): boolean {
    return arrange(known, fileSecrets(app), this.#now()).length > 0 || newEnd(app, known) !== null;
  }
}

function fileSecrets(app: AmazonApp) {
  const previous = app.previousClientSecret;
  return { current: fingerprintOf(app.clientSecret), previous: previous && fingerprintOf(previous) };
}

/** The end that the settings give to the secret that stands in them, where no later word of the marketplace is known. */
function newEnd(app: AmazonApp, known: readonly HeldSecret[]): number | null {
  const current = known.find((one) => one.fingerprint === fingerprintOf(app.clientSecret));
  if (!current || app.secretExpiresAt === null || current.source !== 'file') return null;
  const stated = current.endsAt === null || (current.status === 'live' && current.endsAt !== app.secretExpiresAt);
  return stated ? app.secretExpiresAt : null;
}

type Noting = { app: AmazonApp; known: readonly HeldSecret[]; now: number };

async function noteFile(tx: Tx, { app, known, now }: Noting): Promise<void> {
  const { applicationId } = app;
  const { current } = fileSecrets(app);
  for (const { fingerprint, status } of arrange(known, fileSecrets(app), now)) {
    const endsAt = fingerprint === current ? app.secretExpiresAt : null;
    await putFileSecret(tx, { applicationId, fingerprint, status, endsAt, at: now });
    if (status === 'live') await replaceLive(tx, { applicationId, fingerprint, at: now });
  }
  const endsAt = newEnd(app, known);
  if (endsAt !== null) await setEnd(tx, { applicationId, fingerprint: current, endsAt });
}
