/** One sentence, at most one button. */
import type { ReactNode } from 'react';
import type { Tone } from '../words/verdicts.ts';
import { Icon, type IconName } from './icon.tsx';

type Props = {
  tone: Tone;
  icon: IconName;
  children: ReactNode;
  action?: ReactNode;
  /** `alert` interrupts a screen reader: only for what just failed. */
  role?: 'alert' | 'status';
  className?: string;
};

export function Notice({ tone, icon, children, action, role, className = '' }: Props) {
  return (
    <div className={`notice ${tone} ${className}`} role={role}>
      <Icon name={icon} size={17} />
      <div>{children}</div>
      {action}
    </div>
  );
}
