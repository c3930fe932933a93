/** The time zone: that of each store's country, this computer's, or any other. */
import { SelectField } from '../parts/field.tsx';
import { zoneWord } from './message-words.ts';

/** Where this browser is. */
export const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const ALL = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];

type Props = {
  name: string;
  value: string;
  error: string | undefined;
  onChange: (event: { currentTarget: { value: string } }) => void;
  onBlur: () => void;
};

export function TimeZoneField(props: Props) {
  const known = props.value === '' || ALL.includes(props.value);
  return (
    <SelectField label="Time zone" hint="Its clock counts for the quiet hours and the digest." {...props}>
      <option value="">Each store’s own country</option>
      {!known && <option value={props.value}>{props.value}</option>}
      <optgroup label="This computer">
        <option value={HERE}>{zoneWord(HERE)}</option>
      </optgroup>
      <optgroup label="All">
        {ALL.filter((zone) => zone !== HERE).map((zone) => (
          <option key={zone} value={zone}>
            {zone.replaceAll('_', ' ')}
          </option>
        ))}
      </optgroup>
    </SelectField>
  );
}
