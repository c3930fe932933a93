/** Errors as people need them: what failed, what did not change, what to do, a code to copy. */
import { useState } from 'react';
import { codeOf, sentenceOf } from '../api/problem.ts';
import { problemOf } from '../api/request.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { Notice } from './notice.tsx';

export function CopyButton({ text, label, size = 'normal' }: { text: string; label: string; size?: 'row' | 'normal' }) {
  const [copied, setCopied] = useState(false);
  return (
    <Button
      size={size}
      onClick={() => {
        void navigator.clipboard.writeText(text).then(
          () => setCopied(true),
          () => setCopied(false),
        );
      }}
    >
      <Icon name={copied ? 'check' : 'copy'} size={15} />
      <span aria-live="polite">{copied ? 'Copied' : label}</span>
    </Button>
  );
}

type Props = {
  title: string;
  /** What did not change because of it. */
  unchanged: string;
  error: unknown;
  onRetry?: (() => void) | undefined;
  busy?: boolean;
};

/** A part of a page that could not be loaded. The other parts stay. */
export function Failure({ title, unchanged, error, onRetry, busy = false }: Props) {
  const problem = problemOf(error);
  const code = codeOf(problem);
  return (
    <section className="card er" role="alert">
      <h2>{title}</h2>
      <p className="t2">
        {sentenceOf(problem)} {unchanged} If it goes on, send the code below to whoever runs this Storekeeper.
      </p>
      <div className="row wrap mt12">
        {onRetry !== undefined && (
          <Button kind="primary" busy={busy} onClick={onRetry}>
            Load again
          </Button>
        )}
        <CopyButton text={code} label={`Copy code ${code}`} />
      </div>
    </section>
  );
}

/** A refusal shown beside the form or the button it belongs to: title, detail and every error. */
export function ProblemNotice({ error, leaveOut = [] }: { error: unknown; leaveOut?: readonly string[] }) {
  const problem = problemOf(error);
  const rest = (problem.errors ?? []).filter((entry) => !leaveOut.includes(entry.message));
  return (
    <Notice tone="act" icon="alert" role="alert">
      <b>{problem.title}.</b> {problem.detail}
      {rest.length > 0 && (
        <ul>
          {rest.map((entry) => (
            <li key={`${entry.field}-${entry.code}`}>{entry.message}</li>
          ))}
        </ul>
      )}
    </Notice>
  );
}
