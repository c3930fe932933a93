/** A small dialog: focus on its heading at opening, back to where it was at closing. */
import { Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useEffect, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

type Props = { title: string; sub?: ReactNode; size?: number; onClose: () => void; children: ReactNode };

/** Remembers where the focus was, and brings it back when the dialog is gone and nothing else has taken it. */
function useFocusBack(): void {
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      setTimeout(() => {
        if (document.activeElement === document.body && before instanceof HTMLElement && before.isConnected)
          before.focus();
      });
    };
  }, []);
}

export function Dialog({ title, sub, size = 560, onClose, children }: Props) {
  const phone = useMediaQuery('(max-width: 48em)') ?? false;
  useFocusBack();
  return (
    <Modal.Root opened onClose={onClose} size={size} centered fullScreen={phone} className="dlg" padding={0}>
      <Modal.Overlay color="var(--sk-scrim)" backgroundOpacity={1} />
      <Modal.Content>
        <Modal.Body>
          <div className="dh">
            <div className="grow">
              <Modal.Title data-autofocus tabIndex={-1}>
                {title}
              </Modal.Title>
              {sub}
            </div>
            <Button kind="quiet" size="row" square aria-label="Close" onClick={onClose}>
              <Icon name="close" size={18} />
            </Button>
          </div>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
