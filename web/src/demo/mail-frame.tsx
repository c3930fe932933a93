/** A letter's HTML in a frame that runs no script and cannot reach this page. Its links open in this tab. */
import { useRef, useState } from 'react';
import { withTopTarget } from './letter-html.ts';

/**
 * `allow-same-origin` without `allow-scripts`: nothing in the letter can run, and this page may still read how tall it is.
 */
const SANDBOX = 'allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation';

export function MailFrame({ subject, html }: { subject: string; html: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(420);
  return (
    <iframe
      ref={frame}
      className="mail-frame"
      title={`Letter: ${subject}`}
      sandbox={SANDBOX}
      srcDoc={withTopTarget(html)}
      style={{ height }}
      onLoad={() => {
        const body = frame.current?.contentDocument?.documentElement;
        if (body !== undefined) setHeight(Math.max(240, body.scrollHeight + 4));
      }}
    />
  );
}
