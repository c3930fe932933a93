/** The state of a small form: values, errors per field, focus on the first wrong one after a failed submit. */
import { useEffect, useRef, useState } from 'react';
import type { FieldErrors } from '../api/problem.ts';
import { afterPress } from './after-press.ts';

type Checks<K extends string> = Partial<Record<K, (value: string, all: Record<K, string>) => string | undefined>>;

export function useForm<K extends string>(initial: Record<K, string>, checks: Checks<K>) {
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<FieldErrors>({});
  const form = useRef<HTMLFormElement>(null);

  const errorOf = (name: K): string | undefined => checks[name]?.(values[name], values);

  // Which field is the first wrong one is known once the errors stand on the page.
  const [refusals, setRefusals] = useState(0);
  useEffect(() => {
    if (refusals > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);
  const focusFirst = (): void => setRefusals((count) => count + 1);

  return {
    form,
    values,
    errors,
    set: (name: K, value: string): void => setValues((known) => ({ ...known, [name]: value })),
    showErrors: (next: FieldErrors): void => {
      setErrors(next);
      focusFirst();
    },
    /** True when everything, or each of `names`, will do; else the errors stand at their fields. */
    check: (names: readonly K[] = Object.keys(initial) as K[]): boolean => {
      const found: FieldErrors = {};
      for (const name of names) {
        const error = errorOf(name);
        if (error !== undefined) found[name] = error;
      }
      setErrors(found);
      if (Object.keys(found).length > 0) focusFirst();
      return Object.keys(found).length === 0;
    },
    /** Everything an input needs. An error goes as soon as the value is right again, and comes on leaving. */
    field: (name: K) => ({
      name,
      value: values[name],
      error: errors[name],
      onChange: (event: { currentTarget: { value: string } }): void => {
        // A NUL comes along with some pastes, is never meant, and no database takes it.
        const value = event.currentTarget.value.replaceAll('\0', '');
        setValues((known) => ({ ...known, [name]: value }));
        if (errors[name] !== undefined && checks[name]?.(value, { ...values, [name]: value }) === undefined) {
          setErrors(({ [name]: _gone, ...rest }) => rest);
        }
      },
      onBlur: (): void => {
        const error = values[name] === '' ? undefined : errorOf(name);
        if (error !== undefined) afterPress(() => setErrors((known) => ({ ...known, [name]: error })));
      },
    }),
  };
}
