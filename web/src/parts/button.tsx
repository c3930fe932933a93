/** Buttons and links that look like buttons. One primary per place; a busy button keeps its width. */
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { Icon } from './icon.tsx';

type Look = {
  /** `primary` is filled, `quiet` has no border until it is pointed at. */
  kind?: 'primary' | 'default' | 'quiet' | 'danger';
  /** `row` in tables, `large` in dialogs. */
  size?: 'row' | 'normal' | 'large';
  /** A square button that holds an icon alone; it needs an aria-label. */
  square?: boolean;
};

const KINDS = { primary: 'p', default: '', quiet: 'g', danger: 'danger' } as const;
const SIZES = { row: 's', normal: '', large: 'l' } as const;

function classOf({ kind = 'default', size = 'normal', square = false }: Look, more = ''): string {
  return ['btn', KINDS[kind], SIZES[size], square ? 'i' : '', more].filter((part) => part !== '').join(' ');
}

type ButtonProps = Look &
  ButtonHTMLAttributes<HTMLButtonElement> & { busy?: boolean; ref?: Ref<HTMLButtonElement>; children: ReactNode };

export function Button({ kind, size, square, busy = false, className, children, onClick, ...rest }: ButtonProps) {
  const look: Look = { ...(kind ? { kind } : {}), ...(size ? { size } : {}), ...(square ? { square } : {}) };
  return (
    <button
      type="button"
      {...rest}
      className={classOf(look, `${busy ? 'busy' : ''} ${className ?? ''}`.trim())}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      <span className="label">{children}</span>
      {busy && (
        <span className="wheel">
          <Icon name="arc" size={16} className="spin" />
        </span>
      )}
    </button>
  );
}

type AnchorProps = Look & AnchorHTMLAttributes<HTMLAnchorElement> & { ref?: Ref<HTMLAnchorElement> };

function AnchorButton({ kind, size, square, className, children, ...rest }: AnchorProps) {
  const look: Look = { ...(kind ? { kind } : {}), ...(size ? { size } : {}), ...(square ? { square } : {}) };
  return (
    <a {...rest} className={classOf(look, className)}>
      {children}
    </a>
  );
}

/** A link inside the app that looks like a button. */
export const LinkButton = createLink(AnchorButton);
