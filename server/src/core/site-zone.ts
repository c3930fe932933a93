/** The time zone that a shop's sellers most likely live in, told by the ending of its domain. */

/** Where a country has several zones, one in its middle: what leaves after eight there is nowhere in the night. */
const ZONE_BY_ENDING: Readonly<Record<string, string>> = {
  com: 'America/Chicago',
  ca: 'America/Toronto',
  mx: 'America/Mexico_City',
  br: 'America/Sao_Paulo',
  uk: 'Europe/London',
  de: 'Europe/Berlin',
  fr: 'Europe/Paris',
  it: 'Europe/Rome',
  es: 'Europe/Madrid',
  nl: 'Europe/Amsterdam',
  se: 'Europe/Stockholm',
  pl: 'Europe/Warsaw',
  be: 'Europe/Brussels',
  ie: 'Europe/Dublin',
  tr: 'Europe/Istanbul',
  eg: 'Africa/Cairo',
  sa: 'Asia/Riyadh',
  ae: 'Asia/Dubai',
  in: 'Asia/Kolkata',
  za: 'Africa/Johannesburg',
  jp: 'Asia/Tokyo',
  au: 'Australia/Sydney',
  sg: 'Asia/Singapore',
};

/** UTC where the ending tells nothing. */
export function zoneOfSite(site: string): string {
  return ZONE_BY_ENDING[site.slice(site.lastIndexOf('.') + 1)] ?? 'UTC';
}
