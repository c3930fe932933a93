import type { StoreValues } from './store-form.ts';

/** What the wizard's form gives each input: its value, its error, its handlers. */
export type FieldOf = (name: keyof StoreValues) => {
  name: string;
  value: string;
  error: string | undefined;
  onChange: (event: { currentTarget: { value: string } }) => void;
  onBlur: () => void;
};
