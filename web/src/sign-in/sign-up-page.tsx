/** Signing up: a person and an account of their own. */
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { refusalOf, signUp } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { PasswordField, TextField } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { emailError, neededName, newPasswordError } from './credentials.ts';
import { Door } from './door.tsx';
import { rememberWay } from './enter.ts';
import { DemoOffer } from './sign-in-page.tsx';
import { useForm } from './use-form.ts';

const route = getRouteApi('/sign-up');

export function SignUpPage() {
  const { to } = route.useSearch();
  const navigate = useNavigate();
  const { form, values, field, check, showErrors } = useForm(
    { name: '', email: '', password: '' },
    { name: (value) => neededName(value, 'Your name', 100), email: emailError, password: newPasswordError },
  );
  const attempt = useMutation({
    mutationFn: () => signUp({ name: values.name.trim(), email: values.email.trim(), password: values.password }),
    onSuccess: () => {
      rememberWay(to);
      return navigate({ to: '/check-mail', search: { email: values.email.trim() } });
    },
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
    <Door title="Create an account">
      <form className="card" ref={form} onSubmit={submit} noValidate>
        <div className="fm">
          <TextField label="Your name" autoComplete="name" {...field('name')} />
          <TextField label="E-mail" type="email" autoComplete="username" {...field('email')} />
          <PasswordField
            label="Password"
            autoComplete="new-password"
            hint="At least 12 characters."
            {...field('password')}
          />
          {refusal !== null && refusal.message !== null && (
            <Notice tone="act" icon="alert" role="alert">
              {refusal.message}
            </Notice>
          )}
          <Button type="submit" kind="primary" size="large" className="wide" busy={attempt.isPending}>
            Create account
          </Button>
        </div>
      </form>
      <DemoOffer to={to} />
      <p className="after">
        You have an account?{' '}
        <Link to="/sign-in" search={to === undefined ? {} : { to }}>
          Sign in
        </Link>
      </p>
    </Door>
  );
}
