/** The sheet that lists the keys. */
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';

const KEYS: readonly { keys: readonly string[]; does: string }[] = [
  { keys: ['/'], does: 'Search' },
  { keys: ['j', '↓'], does: 'Next row' },
  { keys: ['k', '↑'], does: 'Row before' },
  { keys: ['Enter'], does: 'Open the marked store' },
  { keys: ['r'], does: 'Reconnect the marked store' },
  { keys: ['Esc'], does: 'Leave the row or the search' },
  { keys: ['?'], does: 'This list' },
];

export function KeySheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" size={420} onClose={onClose}>
      <div className="pane">
        <dl className="keys">
          {KEYS.map((entry) => (
            <div key={entry.does}>
              <dt>
                {entry.keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{entry.does}</dd>
            </div>
          ))}
        </dl>
      </div>
      <div className="df">
        <span className="grow" />
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  );
}
