/** Changing one's own password. All other sessions end with it. */
import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { changePassword, refusalOf } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { PasswordField } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { neededError, newPasswordError } from '../sign-in/credentials.ts';
import { useForm } from '../sign-in/use-form.ts';

export function Password() {
  const { form, values, field, check, set, showErrors } = useForm(
    { currentPassword: '', newPassword: '' },
    { currentPassword: (value) => neededError(value, 'Your current password'), newPassword: newPasswordError },
  );
  const change = useMutation({
    mutationFn: () => changePassword(values),
    onSuccess: () => {
      set('currentPassword', '');
      set('newPassword', '');
    },
    onError: (error) => showErrors(refusalOf(error).fields),
  });
  const message = change.isError ? refusalOf(change.error).message : null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!change.isPending && check()) change.mutate();
  };
  return (
    <section className="card" aria-labelledby="password-heading">
      <div className="hd">
        <h2 id="password-heading">Password</h2>
      </div>
      <form className="bd" ref={form} onSubmit={submit} noValidate>
        <div className="one-line">
          <PasswordField label="Current password" autoComplete="current-password" {...field('currentPassword')} />
          <PasswordField
            label="New password"
            autoComplete="new-password"
            hint="At least 12 characters. All other sessions end."
            {...field('newPassword')}
          />
          <Button type="submit" busy={change.isPending}>
            Change password
          </Button>
        </div>
        {change.isSuccess && (
          <div className="mt12">
            <Notice tone="good" icon="check" role="status">
              Your password was changed.
            </Notice>
          </div>
        )}
        {message !== null && (
          <div className="mt12">
            <Notice tone="act" icon="alert" role="alert">
              {message}
            </Notice>
          </div>
        )}
      </form>
    </section>
  );
}
