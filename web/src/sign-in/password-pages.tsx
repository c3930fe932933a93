/** The pages behind mailed links, and the one that asks for a link: confirm an address, choose a new password. */
import { useMutation } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactNode } from 'react';
import { confirmAddress, refusalOf, requestReset, resetPassword } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { PasswordField, TextField } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { emailError, neededError, newPasswordError } from './credentials.ts';
import { Door } from './door.tsx';
import { rememberedWay, useEnter } from './enter.ts';
import { useForm } from './use-form.ts';

/** The secret of the link stands behind the #, so it is sent to no server before the form is. */
function useLinkToken(): string {
  return useRouterState({ select: ({ location }) => location.hash });
}

type OneFieldProps = {
  checks: (value: string) => string | undefined;
  name: 'password' | 'newPassword' | 'email';
  send: (value: string) => Promise<unknown>;
  label: string;
  children: (field: ReturnType<ReturnType<typeof useForm>['field']>) => ReactNode;
};

function OneField({ name, checks, send, label, children }: OneFieldProps) {
  const { form, values, field, check, showErrors } = useForm({ [name]: '' }, { [name]: checks });
  const attempt = useMutation({
    mutationFn: () => send(values[name] ?? ''),
    onError: (error) => showErrors(refusalOf(error).fields),
  });
  const message = attempt.isError ? refusalOf(attempt.error).message : null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!attempt.isPending && check()) attempt.mutate();
  };
  return (
    <form className="card" ref={form} onSubmit={submit} noValidate>
      <div className="fm">
        {children(field(name))}
        {message !== null && (
          <Notice tone="act" icon="alert" role="alert">
            {message}
          </Notice>
        )}
        <Button type="submit" kind="primary" size="large" className="wide" busy={attempt.isPending}>
          {label}
        </Button>
      </div>
    </form>
  );
}

export function ConfirmPage() {
  const token = useLinkToken();
  const enter = useEnter();
  const send = async (password: string): Promise<void> => {
    await confirmAddress({ token, password });
    await enter(rememberedWay());
  };
  return (
    <Door title="Confirm your address">
      <p className="t2 mt8">Enter the password that you chose when you signed up.</p>
      <OneField
        name="password"
        label="Confirm and sign in"
        checks={(value) => neededError(value, 'Your password')}
        send={send}
      >
        {(field) => <PasswordField label="Password" autoComplete="current-password" {...field} />}
      </OneField>
      <p className="after">
        You did not choose one, or forgot it? <Link to="/forgot-password">Choose a new password</Link>
      </p>
    </Door>
  );
}

export function ForgotPasswordPage() {
  const [sentTo, setSentTo] = useState<string | null>(null);
  const send = async (email: string): Promise<void> => {
    await requestReset(email.trim());
    setSentTo(email.trim());
  };
  return (
    <Door title="Choose a new password">
      {sentTo === null ? (
        <OneField name="email" label="Send link" checks={emailError} send={send}>
          {(field) => <TextField label="E-mail" type="email" autoComplete="username" {...field} />}
        </OneField>
      ) : (
        <Notice tone="good" icon="check" role="status">
          If <b>{sentTo}</b> has an account here, a mail with a link is on its way. It works for one hour. Where no mail
          is sent, the operator prints the link: npm run storekeeper -- person reset {sentTo}
        </Notice>
      )}
      <p className="after">
        <Link to="/sign-in">Sign in</Link>
      </p>
    </Door>
  );
}

export function ResetPasswordPage() {
  const token = useLinkToken();
  const [done, setDone] = useState(false);
  const send = async (newPassword: string): Promise<void> => {
    await resetPassword({ token, newPassword });
    setDone(true);
  };
  return (
    <Door title="Choose a new password">
      {done ? (
        <Notice tone="good" icon="check" role="status">
          Your password was changed and all sessions were signed out.
        </Notice>
      ) : (
        <OneField name="newPassword" label="Save password" checks={newPasswordError} send={send}>
          {(field) => (
            <PasswordField label="New password" autoComplete="new-password" hint="At least 12 characters." {...field} />
          )}
        </OneField>
      )}
      <p className="after">
        <Link to={done ? '/sign-in' : '/forgot-password'}>{done ? 'Sign in' : 'Ask for another link'}</Link>
      </p>
    </Door>
  );
}
