/** Settings: people, messages, API keys, password, appearance. */
import { useMantineColorScheme } from '@mantine/core';
import { Page } from '../parts/page.tsx';
import { APPEARANCES } from '../shell/appearance.ts';
import { ApiKeys } from './api-keys.tsx';
import { DeveloperIds } from './developer-ids.tsx';
import { Messages } from './messages.tsx';
import { Password } from './password.tsx';
import { People } from './people.tsx';

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <section className="card" aria-labelledby="appearance-heading">
      <div className="hd">
        <h2 id="appearance-heading">Appearance</h2>
      </div>
      <div className="bd">
        <div className="seg" role="group" aria-label="Appearance">
          {APPEARANCES.map(({ value, label }) => (
            <button
              key={value}
              type="button"
              aria-pressed={colorScheme === value}
              onClick={() => setColorScheme(value)}
            >
              {label}
            </button>
          ))}
        </div>
        <p className="hint">Kept in this browser.</p>
      </div>
    </section>
  );
}

export function SettingsPage() {
  return (
    <Page title="Settings">
      <div className="settings">
        <People />
        <Messages />
        <ApiKeys />
        <DeveloperIds />
        <Password />
        <Appearance />
      </div>
    </Page>
  );
}
