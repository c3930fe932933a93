/** The link itself, as long as this page remembers it: to copy, to scan, to mail. */
import type { MadeHandOff } from '../../../server/src/http/contract/hand-off.ts';
import { CopyButton } from '../parts/failure.tsx';
import { AreaField } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { dayAndClock } from '../words/dates.ts';
import { LANGUAGE_NAMES } from './hand-off-form.tsx';

function pictureOf({ qr_svg }: MadeHandOff): string {
  return `data:image/svg+xml,${encodeURIComponent(qr_svg)}`;
}

/** Mail programs want their lines ended as mails end them. */
function mailtoOf({ message }: MadeHandOff): string {
  const text = message.text.replaceAll('\n', '\r\n');
  return `mailto:?subject=${encodeURIComponent(message.subject)}&body=${encodeURIComponent(text)}`;
}

export function HandOffLink({ made, storeName }: { made: MadeHandOff; storeName: string }) {
  const picture = pictureOf(made);
  return (
    <div className="stack">
      <div>
        <p role="status">
          <b>The link is ready.</b> It is shown now and never again: copy it, or send it.
        </p>
        <p className="sm t2 mt4">
          {LANGUAGE_NAMES[made.language]}, until {dayAndClock(made.expires_at)}. The page and you see the same number:{' '}
          <span className="mono">{made.check_code}</span>.
        </p>
      </div>
      <div className="hand-off-link">
        <img
          src={picture}
          width={168}
          height={168}
          alt={`QR code of the link for the owner of ${storeName}. The same address stands beside it.`}
        />
        <div className="stack">
          <code className="mono">{made.url}</code>
          <div className="row wrap">
            <CopyButton text={made.url} label="Copy link" />
            <a className="btn" href={picture} download="hand-off.svg">
              <Icon name="download" size={15} />
              Save the QR code
            </a>
          </div>
        </div>
      </div>
      <AreaField
        label="Message for the owner"
        lang={made.language}
        rows={7}
        readOnly
        value={made.message.text}
        hint="Sent by you, in a way the owner knows: we send nothing to them."
      />
      <div className="row wrap">
        <CopyButton text={made.message.text} label="Copy message" />
        <a className="btn" href={mailtoOf(made)}>
          <Icon name="mail" size={15} />
          Open in my mail program
        </a>
      </div>
    </div>
  );
}
