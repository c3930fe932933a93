/** The product's own icons, 24 × 24, drawn with the current colour. They are hidden from screen readers: the word carries. */
import type { ReactNode } from 'react';

const SHAPES = {
  dashedCircle: (
    <>
      <circle cx="12" cy="12" r="9" strokeDasharray="3.6 3.47" />
    </>
  ),
  arc: (
    <>
      <path d="M12 3a9 9 0 1 0 9 9" />
    </>
  ),
  tick: (
    <>
      <circle cx="12" cy="12" r="9.2" fill="currentColor" stroke="none" />
      <path d="M7.8 12.4l2.9 2.9 5.6-6" stroke="var(--sk-surface)" strokeWidth="2.1" />
    </>
  ),
  clock: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 7v5l3.3 2" />
    </>
  ),
  turning: (
    <>
      <path d="M20 5v5h-5M4 19v-5h5M5.2 9A7.5 7.5 0 0 1 18.5 7.5L20 10M18.8 15A7.5 7.5 0 0 1 5.5 16.5L4 14" />
    </>
  ),
  cloud: (
    <>
      <path d="M7 18.5a4.5 4.5 0 0 1-.6-8.96 6 6 0 0 1 11.5 1.3A3.9 3.9 0 0 1 17.5 18.5z" />
    </>
  ),
  wrench: (
    <>
      <path d="M14.7 6.3a4 4 0 0 1 5-1.1l-2.9 2.9 1.1 1.1 2.9-2.9a4 4 0 0 1-5.4 5.1L8.5 18.3a2.1 2.1 0 0 1-3-3l6.9-6.9a4 4 0 0 1 2.3-2.1z" />
    </>
  ),
  plug: (
    <>
      <path d="M3 21l3-3M21 3l-3 3M6.2 12.2l5.6 5.6-1.5 1.5a3.96 3.96 0 0 1-5.6-5.6zM17.8 11.8l-5.6-5.6 1.5-1.5a3.96 3.96 0 0 1 5.6 5.6zM8.3 14.3l2.2-2.2M10.8 16.8l2.2-2.2" />
    </>
  ),
  hourglass: (
    <>
      <path d="M6 3h12M6 21h12M7.5 3v3.5c0 2 4.5 4 4.5 5.5s-4.5 3.5-4.5 5.5V21M16.5 3v3.5c0 2-4.5 4-4.5 5.5s4.5 3.5 4.5 5.5V21" />
    </>
  ),
  crossed: (
    <>
      <path d="M4 8h15l-4-4M20 16H5l4 4" />
    </>
  ),
  barred: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M5.8 5.8l12.4 12.4" />
    </>
  ),
  half: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 3a9 9 0 0 1 0 18z" fill="currentColor" />
    </>
  ),
  bars: (
    <>
      <path d="M8 5v14M16 5v14" />
    </>
  ),
  minus: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M8 12h8" />
    </>
  ),
  more: (
    <>
      <circle cx="5.5" cy="12" r="1.3" fill="currentColor" />
      <circle cx="12" cy="12" r="1.3" fill="currentColor" />
      <circle cx="18.5" cy="12" r="1.3" fill="currentColor" />
    </>
  ),
  alert: (
    <>
      <path d="M12 4l9 16H3zM12 10v4.5M12 17.2v.2" />
    </>
  ),
  brand: (
    <>
      <rect x="1" y="1" width="22" height="22" rx="5.5" fill="currentColor" />
      <path d="M6 17.5h12" stroke="var(--sk-side)" strokeWidth="1.8" strokeLinecap="round" />
      <path d="M7.5 14.5V9M12 14.5V6.5M16.5 14.5v-3" stroke="var(--sk-side)" strokeWidth="2.4" strokeLinecap="round" />
    </>
  ),
  down: (
    <>
      <path d="M6 9.5l6 6 6-6" />
    </>
  ),
  store: (
    <>
      <path d="M4.5 10v9.5h15V10M3 8.5L5 4h14l2 4.5a3 3 0 0 1-6 0 3 3 0 0 1-6 0 3 3 0 0 1-6 0zM10 19.5V14h4v5.5" />
    </>
  ),
  wallet: (
    <>
      <path d="M4 7.5v10A2.5 2.5 0 0 0 6.5 20h13V8.5h-13A2.5 2.5 0 0 1 4 6.2 2.2 2.2 0 0 1 6.2 4H17v4.5" />
      <circle cx="16" cy="14.2" r="1" fill="currentColor" />
    </>
  ),
  activity: (
    <>
      <path d="M3 12h4l3-8 4.5 16 3-8H21" />
    </>
  ),
  gear: (
    <>
      <circle cx="12" cy="12" r="3" />
      <path d="M12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8M18.4 5.6l-1.8 1.8M7.4 16.6l-1.8 1.8" />
    </>
  ),
  flame: (
    <>
      <path d="M12 3c.5 3.5 5.5 5.5 5.5 11a5.5 5.5 0 0 1-11 0c0-2 .8-3.3 2-4.5.3 1.5 1 2.2 1.7 2.5C10 8.5 10.5 5.5 12 3z" />
    </>
  ),
  tray: (
    <>
      <path d="M3.5 13.5L6 5h12l2.5 8.5V19h-17zM3.5 13.5H9c.3 1.7 1.4 2.5 3 2.5s2.7-.8 3-2.5h5.5" />
    </>
  ),
  person: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4.5 20.5c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5" />
    </>
  ),
  calendar: (
    <>
      <rect x="3.5" y="5" width="17" height="15.5" rx="2" />
      <path d="M3.5 10h17M8 3v4M16 3v4" />
    </>
  ),
  plus: (
    <>
      <path d="M12 5v14M5 12h14" />
    </>
  ),
  people: (
    <>
      <circle cx="9" cy="8" r="3.6" />
      <path d="M2.5 19.5c.8-3.5 3.3-4.9 6.5-4.9s5.7 1.4 6.5 4.9M15.5 4.8a3.6 3.6 0 0 1 0 6.4M18 14.9c2 .7 3.2 2.2 3.7 4.6" />
    </>
  ),
  search: (
    <>
      <circle cx="11" cy="11" r="6.5" />
      <path d="M16 16l4.5 4.5" />
    </>
  ),
  sort: (
    <>
      <path d="M8 5v14M4.5 15.5L8 19l3.5-3.5M16 19V5M12.5 8.5L16 5l3.5 3.5" />
    </>
  ),
  right: (
    <>
      <path d="M9.5 6l6 6-6 6" />
    </>
  ),
  check: (
    <>
      <path d="M4 12.5l5 5L20 6.5" />
    </>
  ),
  leave: (
    <>
      <path d="M9 5H5.5A1.5 1.5 0 0 0 4 6.5v12A1.5 1.5 0 0 0 5.5 20h12a1.5 1.5 0 0 0 1.5-1.5V15M13 4h7v7M20 4l-9 9" />
    </>
  ),
  ring: (
    <>
      <circle cx="12" cy="12" r="9" />
    </>
  ),
  cross: (
    <>
      <circle cx="12" cy="12" r="9.2" fill="currentColor" stroke="none" />
      <path d="M8.8 8.8l6.4 6.4M15.2 8.8l-6.4 6.4" stroke="var(--sk-surface)" strokeWidth="2.1" />
    </>
  ),
  close: (
    <>
      <path d="M6 6l12 12M18 6L6 18" />
    </>
  ),
  link: (
    <>
      <path d="M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.7-5.7l-1.5 1.5M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.7 5.7l1.5-1.5" />
    </>
  ),
  left: (
    <>
      <path d="M14.5 6l-6 6 6 6" />
    </>
  ),
  download: (
    <>
      <path d="M12 4v11M7 10.5l5 5 5-5M4.5 20h15" />
    </>
  ),
  mail: (
    <>
      <rect x="3" y="5" width="18" height="14" rx="2" />
      <path d="M3.5 7l8.5 6 8.5-6" />
    </>
  ),
  arrow: (
    <>
      <path d="M4 12h15M13 6l6 6-6 6" />
    </>
  ),
  key: (
    <>
      <circle cx="8" cy="15.5" r="4" />
      <path d="M11 12.5L19.5 4M16 7.5l3 3" />
    </>
  ),
  lock: (
    <>
      <rect x="5" y="10.5" width="14" height="9.5" rx="2" />
      <path d="M8 10.5V8a4 4 0 0 1 8 0v2.5" />
    </>
  ),
  siren: (
    <>
      <path d="M6 17v-4.5a6 6 0 0 1 12 0V17M4 20.5h16V17H4zM12 3V1.8M4.5 6L3.6 5.1M19.5 6l.9-.9" />
    </>
  ),
  shield: (
    <>
      <path d="M12 3l7.5 2.8V11c0 5-3.2 8.3-7.5 10-4.3-1.7-7.5-5-7.5-10V5.8z" />
    </>
  ),
  copy: (
    <>
      <rect x="9" y="9" width="11" height="11" rx="2" />
      <path d="M5.5 15A1.5 1.5 0 0 1 4 13.5v-8A1.5 1.5 0 0 1 5.5 4h8A1.5 1.5 0 0 1 15 5.5" />
    </>
  ),
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof SHAPES;

export function Icon({ name, size = 16, className }: { name: IconName; size?: number; className?: string }) {
  return (
    <svg
      className={className}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {SHAPES[name]}
    </svg>
  );
}
