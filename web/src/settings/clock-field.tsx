/** A time of day, in half hours and 24 of them, whatever the browser's language would make of it. */
import { SelectField } from '../parts/field.tsx';

const HALF_HOURS = Array.from({ length: 48 }, (_, n) => {
  return `${String(Math.floor(n / 2)).padStart(2, '0')}:${n % 2 === 0 ? '00' : '30'}`;
});

type Props = {
  label: string;
  name: string;
  value: string;
  error: string | undefined;
  onChange: (event: { currentTarget: { value: string } }) => void;
  onBlur: () => void;
};

export function ClockField(props: Props) {
  // A program may have kept any minute.
  const times = HALF_HOURS.includes(props.value) ? HALF_HOURS : [props.value, ...HALF_HOURS];
  return (
    <SelectField {...props}>
      {times.map((time) => (
        <option key={time} value={time}>
          {time}
        </option>
      ))}
    </SelectField>
  );
}
