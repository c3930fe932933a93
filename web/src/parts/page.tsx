/** The head of every page: where you are, the one h1, what you can do here. */
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import { Icon } from './icon.tsx';

type Props = {
  title: string;
  /** What the browser's tab says, when it differs. */
  tab?: string;
  sub?: ReactNode;
  actions?: ReactNode;
  /** The page this one stands under. */
  crumb?: string;
  children: ReactNode;
};

let firstPage = true;

export function Page({ title, tab, sub, actions, crumb, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${tab ?? title} · Storekeeper`;
  }, [tab, title]);
  useEffect(() => {
    // After a change of page the heading is read and the tab order starts there; the very first page is left alone.
    if (!firstPage && document.querySelector('[role="dialog"]') === null)
      heading.current?.focus({ preventScroll: true });
    firstPage = false;
  }, []);
  return (
    <>
      {crumb !== undefined && (
        <nav className="crumb" aria-label="Breadcrumb">
          <ol>
            <li>
              <Link to="/stores">Store Manager</Link>
              <Icon name="right" size={12} />
            </li>
            <li aria-current="page">{crumb}</li>
          </ol>
        </nav>
      )}
      <div className="top">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {sub}
        </div>
        {actions !== undefined && <div className="acts">{actions}</div>}
      </div>
      {children}
    </>
  );
}
