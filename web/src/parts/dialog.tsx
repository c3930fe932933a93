/** A small dialog: focus on its heading at opening, back to where it was at closing. */
import { Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

type Props = { title: string; sub?: ReactNode; size?: number; onClose: () => void; children: ReactNode };

export function Dialog({ title, sub, size = 560, onClose, children }: Props) {
  const phone = useMediaQuery('(max-width: 48em)') ?? false;
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
