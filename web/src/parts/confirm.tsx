/** A question before something that cannot be undone. The button says what happens. */
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ProblemNotice } from './failure.tsx';

type Props = {
  title: string;
  text: string;
  label: string;
  busy: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
};

export function Confirm({ title, text, label, busy, error, onConfirm, onClose }: Props) {
  return (
    <Dialog title={title} size={460} onClose={onClose}>
      <div className="fm">
        <p className="t2">{text}</p>
        {error !== null && <ProblemNotice error={error} />}
      </div>
      <div className="df">
        <Button kind="quiet" onClick={onClose}>
          Cancel
        </Button>
        <span className="grow" />
        <Button kind="danger" size="large" busy={busy} onClick={onConfirm}>
          {label}
        </Button>
      </div>
    </Dialog>
  );
}
