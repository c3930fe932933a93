/** Reading single settings: each reader gives a usable value and notes what is wrong, so that all problems come at once. */

/** What is wrong with one setting and what right looks like. Never carries a secret's value. */
export type ConfigProblem = { name: string; wrong: string; right: string };

export type Fields = {
  text(name: string): string | null;
  port(name: string, fallback: number): number;
  choice<const T extends string>(name: string, allowed: readonly T[], fallback: T): T;
  duration(name: string, fallbackMs: number): number;
  email(name: string): string | null;
  problem(name: string, what: { wrong: string; right: string }): void;
};

export function createFields(values: Record<string, string | undefined>, problems: ConfigProblem[]): Fields {
  const text = (name: string): string | null => {
    const value = values[name]?.trim();
    return value === undefined || value === '' ? null : value;
  };
  const problem: Fields['problem'] = (name, what) => {
    problems.push({ name, ...what });
  };
  return {
    text,
    problem,
    port(name, fallback) {
      const given = text(name);
      if (given === null) return fallback;
      if (/^\d{1,5}$/.test(given) && Number(given) >= 1 && Number(given) <= 65_535) return Number(given);
      problem(name, { wrong: `“${given}” is no port.`, right: 'A whole number from 1 to 65535.' });
      return fallback;
    },
    choice(name, allowed, fallback) {
      const given = text(name);
      if (given === null) return fallback;
      const found = allowed.find((one) => one === given);
      if (found !== undefined) return found;
      problem(name, { wrong: `“${given}” is not one of its values.`, right: `One of ${allowed.join(', ')}.` });
      return fallback;
    },
    duration(name, fallbackMs) {
      const given = text(name);
      if (given === null) return fallbackMs;
      const ms = parseDuration(given);
      if (ms !== null && ms >= 10_000) return ms;
      problem(name, { wrong: `“${given}” is no duration of 10 s or more.`, right: 'For example PT1H, PT30M or P1D.' });
      return fallbackMs;
    },
    email(name) {
      const given = text(name);
      if (given === null || /^[^\s@]+@[^\s@]+$/.test(given)) return given;
      problem(name, { wrong: 'This is no e-mail address.', right: 'For example operator@example.com.' });
      return null;
    },
  };
}

/** ISO 8601 duration of days, hours, minutes and seconds in milliseconds; null when it is none. Months have no length. */
export function parseDuration(text: string): number | null {
  const match = /^P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  if (match === null) return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}
