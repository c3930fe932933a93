/** The typed-in credentials of the Selling Partner API: a refresh token, and two things that help to prove it. Never filled by the browser, never echoed. */
import { AreaField, TextField } from '../parts/field.tsx';

type FieldProps = {
  name: string;
  value: string;
  error: string | undefined;
  onChange: (event: { currentTarget: { value: string } }) => void;
  onBlur: () => void;
};

export type CredentialField = (name: 'refresh_token' | 'mws_auth_token' | 'seller_id' | 'authorized_on') => FieldProps;

export function AuthorizedOnField({ field }: { field: CredentialField }) {
  return (
    <TextField
      label={
        <>
          Authorized on <span className="t3">(optional)</span>
        </>
      }
      type="date"
      hint="The day the token was made. Without it the yearly renewal is estimated from today."
      {...field('authorized_on')}
    />
  );
}

export function CredentialFields({ field }: { field: CredentialField }) {
  return (
    <>
      <AreaField
        label="Refresh token"
        hint="Begins with Atzr| and is about 400 characters long. Copy it in one go."
        className="code"
        autoComplete="off"
        spellCheck={false}
        autoCapitalize="none"
        rows={4}
        {...field('refresh_token')}
      />
      <div className="two">
        <TextField
          label={
            <>
              Seller ID <span className="t3">(optional)</span>
            </>
          }
          hint="Begins with A. With it we prove that the token is this store’s."
          className="code"
          autoComplete="off"
          spellCheck={false}
          {...field('seller_id')}
        />
        <AuthorizedOnField field={field} />
      </div>
    </>
  );
}
