/** What the pages before signing in send. Not a public contract. */
import { z } from 'zod';
import { PASSWORD_MAX, PASSWORD_MIN } from '../../people/password.ts';
import { NameText } from './name.ts';

const Email = z.string().trim().max(254).pipe(z.email());
/** One that exists: its length tells nothing. */
const Password = z.string().min(1).max(PASSWORD_MAX);
const NewPassword = z.string().min(PASSWORD_MIN).max(PASSWORD_MAX);
const Token = z.string().min(1).max(2_000);

export const SignUp = z.strictObject({ name: NameText(), email: Email, password: NewPassword });
export const SignIn = z.strictObject({ email: Email, password: Password });
export const OnlyEmail = z.strictObject({ email: Email });
export const Confirm = z.strictObject({ token: Token, password: Password });
export const ResetPassword = z.strictObject({ token: Token, newPassword: NewPassword });
export const ChangePassword = z.strictObject({
  currentPassword: Password,
  newPassword: NewPassword,
  /** All other sessions end in any case. */
  revokeOtherSessions: z.boolean().optional(),
});
export const UpdatePerson = z.strictObject({ name: NameText() });
export const Done = z.object({ status: z.literal(true) });
