/** The demo signs everybody in with one click, as its operator too: it is for this machine alone. */
import { isLoopback } from './address.ts';
import type { Fields } from './fields.ts';

const RIGHT =
  'Leave it out for the demo. For production name your apps in STOREKEEPER_APPS_FILE and set STOREKEEPER_DEMO=off.';

type At = { host: string; publicUrl: string; emulatorPort: number };

export function keepDemoHere(fields: Fields, { host, publicUrl, emulatorPort }: At): void {
  if (!isLoopback(host)) {
    const wrong = `The demo has a public password and would answer other machines at ${host}.`;
    fields.problem('HOST', { wrong, right: RIGHT });
  }
  if (!isLoopback(new URL(publicUrl).hostname)) {
    const wrong = `The demo has a public password and would be reached at ${publicUrl}.`;
    fields.problem('STOREKEEPER_PUBLIC_URL', { wrong, right: RIGHT });
  }
  const hosts = fields.text('STOREKEEPER_HOSTS_URL');
  if (hosts !== null && hosts !== `http://127.0.0.1:${emulatorPort}/{host}`) {
    const wrong = 'The demo talks to the emulator that it starts, and to no other address.';
    fields.problem('STOREKEEPER_HOSTS_URL', { wrong, right: RIGHT });
  }
}
