/** The share that fails, with a mark at what is ordinary. For the eye: the words beside it say the same. */
type Props = { share: number | null; baseline: number | null; odd: boolean };

/** A single failing store of thousands must not vanish. Percent of the bar. */
const LEAST = 0.8;

export function ShareBar({ share, baseline, odd }: Props) {
  const width = share === null || share === 0 ? 0 : Math.max(LEAST, share * 100);
  return (
    <svg className={`share-bar${odd ? ' odd' : ''}`} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect className="all" x="0" y="2" width="100" height="6" />
      <rect className="part" x="0" y="2" width={width} height="6" />
      {baseline !== null && (
        <line x1={baseline * 100} x2={baseline * 100} y1="0" y2="10" vectorEffect="non-scaling-stroke" />
      )}
    </svg>
  );
}
