/** Before a link is made: for whom, in which language, for how long. */
import { useState, type FormEvent } from 'react';
import type { HandOffBody, NewHandOff } from '../../../server/src/http/contract/hand-off.ts';
import { Button } from '../parts/button.tsx';
import { ProblemNotice } from '../parts/failure.tsx';
import { SelectField, TextField } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import type { UsedHandOff } from './use-hand-off.ts';

export const LANGUAGE_NAMES = {
  en: 'English',
  de: 'German (Deutsch)',
  fr: 'French (Français)',
  it: 'Italian (Italiano)',
  es: 'Spanish (Español)',
  nl: 'Dutch (Nederlands)',
  pl: 'Polish (Polski)',
  sv: 'Swedish (Svenska)',
  ja: 'Japanese (日本語)',
  zh: 'Chinese, simplified (简体中文)',
} as const satisfies Record<HandOffBody['language'], string>;

type Wanted = NonNullable<NewHandOff>;
const SPAN_NAMES = {
  P1D: '1 day',
  P3D: '3 days',
  P7D: '7 days',
  P14D: '14 days',
} as const satisfies Record<NonNullable<Wanted['expires_in']>, string>;

const LANGUAGES = Object.keys(LANGUAGE_NAMES) as HandOffBody['language'][];
const SPANS = Object.keys(SPAN_NAMES) as (keyof typeof SPAN_NAMES)[];

type Props = { store: { id: string; site: string }; handOff: UsedHandOff };

export function HandOffForm({ store, handOff: { make, open } }: Props) {
  const [name, setName] = useState('');
  const [language, setLanguage] = useState<string>('');
  const [span, setSpan] = useState<string>('P7D');
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (make.isPending) return;
    const spoken = LANGUAGES.find((one) => one === language);
    const wanted: Wanted = { expires_in: SPANS.find((one) => one === span) ?? 'P7D' };
    if (spoken !== undefined) wanted.language = spoken;
    if (name.trim() !== '') wanted.name = name.trim();
    make.mutate(wanted);
  };
  return (
    <form onSubmit={send} noValidate className="stack">
      <TextField
        label="Name of the owner (optional)"
        value={name}
        maxLength={60}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
        hint="The message greets them by it."
      />
      <SelectField label="Language of the page" value={language} onChange={(event) => setLanguage(event.target.value)}>
        <option value="">The language of {store.site}</option>
        {LANGUAGES.map((one) => (
          <option key={one} value={one}>
            {LANGUAGE_NAMES[one]}
          </option>
        ))}
      </SelectField>
      <SelectField label="The link works for" value={span} onChange={(event) => setSpan(event.target.value)}>
        {SPANS.map((one) => (
          <option key={one} value={one}>
            {SPAN_NAMES[one]}
          </option>
        ))}
      </SelectField>
      {make.isError && <ProblemNotice error={make.error} />}
      <div>
        <Button type="submit" kind="primary" size="large" busy={make.isPending}>
          <Icon name="link" size={15} />
          {open === null ? 'Make the link' : 'Make a new link'}
        </Button>
      </div>
    </form>
  );
}
