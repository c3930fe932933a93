/** Signing in. In the demo one button opens the demo account. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { hasDemo } from '../api/demo-offer.ts';
import { openDemo, refusalOf, signIn } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { PasswordField, TextField } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { emailError, neededError } from './credentials.ts';
import { Door } from './door.tsx';
import { useEnter } from './enter.ts';
import { useForm } from './use-form.ts';

const route = getRouteApi('/sign-in');

export function DemoOffer({ to }: { to: string | undefined }) {
  const enter = useEnter();
  const { data: offered } = useQuery({ queryKey: ['demo-offer'], queryFn: hasDemo, staleTime: Infinity });
  const demo = useMutation({ mutationFn: openDemo, onSuccess: () => enter(to) });
  if (offered !== true) return null;
  return (
    <section className="demo-offer" aria-label="Demo">
      <p className="sm t2">
        This Storekeeper runs with an emulated Amazon. The demo account has stores in it, one of them broken.
      </p>
      <Button className="wide" size="large" busy={demo.isPending} onClick={() => demo.mutate()}>
        Open the demo account
      </Button>
      {demo.isError && (
        <Notice tone="act" icon="alert" role="alert">
          {refusalOf(demo.error).message}
        </Notice>
      )}
    </section>
  );
}

export function SignInPage() {
  const { to } = route.useSearch();
  const enter = useEnter();
  const { form, values, field, check, showErrors } = useForm(
    { email: '', password: '' },
    { email: emailError, password: (value) => neededError(value, 'Your password') },
  );
  const attempt = useMutation({
    mutationFn: () => signIn({ email: values.email.trim(), password: values.password }),
    onSuccess: () => enter(to),
    onError: (error) => {
      const refusal = refusalOf(error);
      if (Object.keys(refusal.fields).length > 0) showErrors(refusal.fields);
    },
  });
  const refusal = attempt.isError ? refusalOf(attempt.error) : null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!attempt.isPending && check()) attempt.mutate();
  };
  return (
    <Door title="Sign in">
      <form className="card" ref={form} onSubmit={submit} noValidate>
        <div className="fm">
          <TextField label="E-mail" type="email" autoComplete="username" {...field('email')} />
          <PasswordField label="Password" autoComplete="current-password" {...field('password')} />
          {refusal !== null && refusal.message !== null && (
            <Notice tone="act" icon="alert" role="alert">
              {refusal.message}
            </Notice>
          )}
          <Button type="submit" kind="primary" size="large" className="wide" busy={attempt.isPending}>
            Sign in
          </Button>
        </div>
      </form>
      <DemoOffer to={to} />
      <p className="after">
        <Link to="/forgot-password">Forgot your password?</Link>
      </p>
      <p className="after">
        New here?{' '}
        <Link to="/sign-up" search={to === undefined ? {} : { to }}>
          Create an account
        </Link>
      </p>
    </Door>
  );
}
