/** The frame of the pages before signing in. */
import { useEffect, type ReactNode } from 'react';
import { Icon } from '../parts/icon.tsx';

export function Door({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Storekeeper`;
  }, [title]);
  return (
    <div className="door">
      <header>
        <span className="brand">
          <Icon name="brand" size={22} />
          Storekeeper
        </span>
      </header>
      <main>
        <h1>{title}</h1>
        {children}
      </main>
    </div>
  );
}
