/** The green moment inside the dialog. The tick draws once; then all is still. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { CheckList } from '../parts/check-list.tsx';
import { Icon } from '../parts/icon.tsx';
import { AsOf } from '../parts/time.tsx';
import { clockSeconds, day, downtime, fullTime, toMs } from '../words/dates.ts';

type Props = { store: StoreBody; broken: StoreBody | null };

/** How long the store was away, as far as both ends are known. */
function awayFor({ store, broken }: Props): string | null {
  if (broken === null) return null;
  const from = toMs(broken.verdict === 'repairing' && broken.last_ok_at !== null ? broken.last_ok_at : broken.since);
  const ms = toMs(store.since) - from;
  return ms > 0 ? downtime(ms) : null;
}

export function GreenBody({ store, broken }: Props) {
  const away = awayFor({ store, broken });
  const renewed = broken?.verdict === 'expiring';
  const title = broken === null ? 'is connected' : renewed ? 'is renewed' : 'is connected again';
  return (
    <div className="dbody" tabIndex={0} role="group" aria-label="What was found">
      <div className="okc">
        <div>
          <div className="okh" role="status">
            <Icon name="tick" size={30} />
            <div>
              <h3 className="cause">
                {store.name} {title}.
              </h3>
              <p className="sm t2 mt4">
                {broken === null ? (
                  'Nothing to repair.'
                ) : (
                  <>
                    Seen at{' '}
                    <time className="num" dateTime={store.since} title={fullTime(store.since)}>
                      {clockSeconds(store.since)}
                    </time>
                    . {away !== null && !renewed && `It was away for ${away}. `}Its history and your settings are as
                    they were.
                  </>
                )}
              </p>
            </div>
          </div>
          <div className="mt16">
            <CheckList checks={store.checks} />
          </div>
        </div>
        <div>
          <h3>What happens now</h3>
          <ul className="said-list mt8">
            <li>We watch it again as before. Nothing for you to do.</li>
            {store.expires_at !== null && (
              <li>
                The permission lasts to about <span className="num">{day(store.expires_at)}</span> (an estimate). We
                remind you five times before.
              </li>
            )}
            <li>Reminders about this fault are cancelled.</li>
          </ul>
          <p className="mt12">
            <AsOf at={store.as_of} />
          </p>
        </div>
      </div>
    </div>
  );
}
