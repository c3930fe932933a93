/** Loading: nothing for 150 ms, then the shape of the page, still; after 8 s a sentence. */
import { useEffect, useState, type ReactNode } from 'react';

export function useAfter(ms: number): boolean {
  const [passed, setPassed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setPassed(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return passed;
}

export function Loading({ what, children }: { what: string; children: ReactNode }) {
  const show = useAfter(150);
  const long = useAfter(8000);
  if (!show) return null;
  return (
    <div aria-busy="true">
      <p className="vh" role="status">
        {`Loading ${what}`}
      </p>
      {long && (
        <p className="sm t2 mt8">This takes longer than usual. The server has not answered yet; we keep asking.</p>
      )}
      <div aria-hidden="true">{children}</div>
    </div>
  );
}

const WIDTHS = [
  [70, 88],
  [86, 74],
  [62, 80],
  [78, 50],
  [64, 62],
  [84, 44],
] as const;

/** Rows in the shape of a table. */
export function SkeletonRows({ rows }: { rows: number }) {
  return (
    <div className="card">
      {Array.from({ length: rows }, (_, row) => {
        const [first, second] = WIDTHS[row % WIDTHS.length] ?? [70, 60];
        return (
          <div className="skr" key={`skeleton-${row}`}>
            <TwoLines width={first} />
            <TwoLines width={second} />
            <div className="sk" style={{ width: '70%' }} />
            <div className="sk" style={{ width: '60%' }} />
            <div className="sk" style={{ width: '90%' }} />
            <div className="sk" style={{ width: '100%', height: 30 }} />
          </div>
        );
      })}
    </div>
  );
}

function TwoLines({ width }: { width: number }) {
  return (
    <div>
      <div className="sk" style={{ width: `${width}%` }} />
      <div className="sk" style={{ width: `${width - 18}%`, height: 9, marginTop: 9 }} />
    </div>
  );
}

/** A card with a few lines in it. */
export function SkeletonCard({ lines = 3 }: { lines?: number }) {
  return (
    <div className="card" style={{ padding: 20, display: 'grid', gap: 12 }}>
      <div className="sk" style={{ width: '60%', maxWidth: 260, height: 18 }} />
      {Array.from({ length: lines - 1 }, (_, line) => (
        <div className="sk" key={`line-${line}`} style={{ width: `${80 - line * 12}%` }} />
      ))}
    </div>
  );
}
