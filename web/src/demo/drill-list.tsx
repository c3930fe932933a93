/** Middle: what breaks, by who did it. */
import type { DemoState } from '../../../server/src/http/contract/app.ts';
import { Button } from '../parts/button.tsx';
import { Icon, type IconName } from '../parts/icon.tsx';
import { figure } from '../words/counts.ts';
import { regionOf, targetName, touches, type RunningDrill, type Target } from './drill-target.ts';
import type { useDemoCalls } from './use-demo-calls.ts';

type Drill = DemoState['drills'][number];

const GROUPS = [
  { group: 'seller', title: 'The seller did it' },
  { group: 'amazon', title: 'Amazon did it' },
  { group: 'us', title: 'We did it' },
] as const;

const ICONS = {
  access_disabled: 'barred',
  year_passes: 'clock',
  wrong_pair: 'crossed',
  half_open: 'half',
  role_dropped: 'half',
  store_inactive: 'barred',
  store_deactivated: 'store',
  store_closed: 'minus',
  vacation: 'bars',
  everyone_refused: 'cloud',
  outage: 'cloud',
  throttled: 'arc',
  html_503: 'alert',
  slow: 'hourglass',
  drop_response: 'cross',
  truncate: 'download',
  unknown_answer: 'search',
  secret_expired: 'key',
  mws_section_denied: 'half',
  mws_site_refused: 'store',
  mws_service_red: 'cloud',
  mws_throttled: 'arc',
  mws_key_deleted: 'key',
  mws_secret_wrong: 'key',
} as const satisfies Record<Drill['kind'], IconName>;

type Props = { state: DemoState; target: Target | null; calls: ReturnType<typeof useDemoCalls> };

function DrillRow({
  drill,
  running,
  target,
  calls,
}: { drill: Drill; running: RunningDrill | undefined } & Omit<Props, 'state'> & { target: Target }) {
  const starting = calls.start.isPending && calls.start.variables.kind === drill.kind;
  const stopping = calls.stop.isPending && calls.stop.variables === running?.id;
  const start = (): void =>
    calls.start.mutate(
      drill.scope === 'store' && target.kind === 'store'
        ? { kind: drill.kind, store_id: target.store.id }
        : { kind: drill.kind, region: regionOf(target) },
    );
  return (
    <div className={`fr${running === undefined ? '' : ' on'}`}>
      <Icon name={ICONS[drill.kind]} size={18} />
      <b>{drill.title}</b>
      <span className="s">{drill.text}</span>
      <Button
        size="row"
        busy={starting || stopping}
        onClick={() => (running === undefined ? start() : calls.stop.mutate(running.id))}
      >
        {running === undefined ? 'Break' : 'Stop'}
        <span className="vh"> {drill.title}</span>
      </Button>
    </div>
  );
}

export function DrillList({ state, target, calls }: Props) {
  if (target === null) {
    return (
      <section className="card er">
        <h2>No store to break</h2>
        <p className="t2">Connect a store first. The demo starts with some.</p>
      </section>
    );
  }
  const here = state.running.filter((drill) => touches(drill, target));
  const fits = (drill: Drill): boolean =>
    target.kind === 'store' ? drill.marketplaces.includes(target.store.marketplace) : drill.scope === 'region';
  return (
    <section className="card" aria-labelledby="drill-what">
      <div className="hd">
        <h2 id="drill-what">What breaks at {targetName(target)}?</h2>
        <span className="grow" />
        {here.length > 0 && <span className="tag">{figure(here.length)} running</span>}
      </div>
      <div className="flts">
        {GROUPS.map(({ group, title }) => {
          const drills = state.drills.filter((drill) => drill.group === group && fits(drill));
          if (drills.length === 0) return null;
          return (
            <div key={group} role="group" aria-label={title}>
              <h3>{title}</h3>
              {drills.map((drill) => (
                <DrillRow
                  key={drill.kind}
                  drill={drill}
                  running={here.find((entry) => entry.kind === drill.kind)}
                  target={target}
                  calls={calls}
                />
              ))}
            </div>
          );
        })}
        {target.kind === 'region' && <p className="hint">Choose one store for what only its seller can do.</p>}
      </div>
    </section>
  );
}
