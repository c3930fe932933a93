/** Fields: label above, hint beneath; an error replaces the hint, starts with an icon, and is linked to its field. */
import {
  useId,
  useState,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from 'react';
import { Icon } from './icon.tsx';

type Wrapped = { label: ReactNode; hint?: ReactNode; error?: string | undefined };
type Wiring = { id: string; 'aria-invalid': true | undefined; 'aria-describedby': string | undefined };

function Wrapper({
  label,
  hint,
  error,
  children,
}: Wrapped & { children: (wiring: Wiring, className: string) => ReactNode }) {
  const id = useId();
  const noteId = `${id}-note`;
  const failed = error !== undefined && error !== '';
  const described = failed || hint !== undefined;
  return (
    <div>
      <label className="fl" htmlFor={id}>
        {label}
      </label>
      {children(
        { id, 'aria-invalid': failed || undefined, 'aria-describedby': described ? noteId : undefined },
        failed ? 'in err' : 'in',
      )}
      {failed && (
        <p className="errt" id={noteId}>
          <Icon name="alert" size={14} />
          <span>{error}</span>
        </p>
      )}
      {!failed && hint !== undefined && (
        <p className="hint" id={noteId}>
          {hint}
        </p>
      )}
    </div>
  );
}

export function TextField({ label, hint, error, ...rest }: Wrapped & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <Wrapper label={label} hint={hint} error={error}>
      {(wiring, className) => (
        <div className={className}>
          <input {...rest} {...wiring} />
        </div>
      )}
    </Wrapper>
  );
}

export function AreaField({ label, hint, error, ...rest }: Wrapped & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <Wrapper label={label} hint={hint} error={error}>
      {(wiring, className) => (
        <div className={className}>
          <textarea rows={3} {...rest} {...wiring} />
        </div>
      )}
    </Wrapper>
  );
}

export function PasswordField({ label, hint, error, ...rest }: Wrapped & InputHTMLAttributes<HTMLInputElement>) {
  const [shown, setShown] = useState(false);
  return (
    <Wrapper label={label} hint={hint} error={error}>
      {(wiring, className) => (
        <div className={className}>
          <input {...rest} {...wiring} type={shown ? 'text' : 'password'} />
          <button type="button" className="eye" aria-pressed={shown} onClick={() => setShown(!shown)}>
            {shown ? 'Hide' : 'Show'}
            <span className="vh"> password</span>
          </button>
        </div>
      )}
    </Wrapper>
  );
}

export function SelectField({
  label,
  hint,
  error,
  children,
  ...rest
}: Wrapped & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <Wrapper label={label} hint={hint} error={error}>
      {(wiring, className) => (
        <div className={className}>
          <select {...rest} {...wiring}>
            {children}
          </select>
          <Icon name="down" size={14} />
        </div>
      )}
    </Wrapper>
  );
}

/** A box to tick: its label beside it, what it means beneath. */
export function CheckField({ label, hint, ...rest }: Omit<Wrapped, 'error'> & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className="tick">
      <input {...rest} type="checkbox" id={id} aria-describedby={hint === undefined ? undefined : `${id}-note`} />
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && (
        <p className="hint" id={`${id}-note`}>
          {hint}
        </p>
      )}
    </div>
  );
}
