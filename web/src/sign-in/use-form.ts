/** The state of a small form: values, errors per field, focus on the first wrong one after a failed submit. */
import { useRef, useState } from 'react';
import type { FieldErrors } from '../api/problem.ts';

type Checks<K extends string> = Partial<Record<K, (value: string, all: Record<K, string>) => string | undefined>>;

export function useForm<K extends string>(initial: Record<K, string>, checks: Checks<K>) {
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<FieldErrors>({});
  const form = useRef<HTMLFormElement>(null);

  const errorOf = (name: K): string | undefined => checks[name]?.(values[name], values);

  const focusFirst = (): void => {
    // The errors are painted first; only then is the first wrong field known.
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };

  return {
    form,
    values,
    errors,
    set: (name: K, value: string): void => setValues((known) => ({ ...known, [name]: value })),
    showErrors: (next: FieldErrors): void => {
      setErrors(next);
      focusFirst();
    },
    /** True when everything will do; else the errors stand at their fields. */
    check: (): boolean => {
      const found: FieldErrors = {};
      for (const name of Object.keys(initial) as K[]) {
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
        const value = event.currentTarget.value;
        setValues((known) => ({ ...known, [name]: value }));
        if (errors[name] !== undefined && checks[name]?.(value, { ...values, [name]: value }) === undefined) {
          setErrors(({ [name]: _gone, ...rest }) => rest);
        }
      },
      onBlur: (): void => {
        const error = values[name] === '' ? undefined : errorOf(name);
        if (error !== undefined) setErrors((known) => ({ ...known, [name]: error }));
      },
    }),
  };
}
