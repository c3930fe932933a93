import type { WireRequest } from '../wire.ts';
import { Refused } from './refusals.ts';
import { sectionAt } from './sections.ts';
import type { Section } from './sections.ts';

/** A request as MWS reads it: the parameters of query and form together, and what they ask of which section. */
export type Asked = {
  path: string;
  section: Section | undefined;
  action: string;
  /** In the order they came, without nameless ones (`?&…`). */
  parameters: URLSearchParams;
  /** Reports and Feeds called the seller Merchant before they took SellerId too. */
  sellerId: string;
};

export function readAsked(request: WireRequest): Asked {
  const parameters = new URLSearchParams([...request.query, ...formOf(request)].filter(([name]) => name !== ''));
  const action = parameters.get('Action') ?? '';
  return {
    path: request.path,
    section: sectionAt(request.path, { version: parameters.get('Version') ?? '', action }),
    action,
    parameters,
    sellerId: parameters.get('SellerId') ?? parameters.get('Merchant') ?? '',
  };
}

/** "Reports/2009-01-01/GetReport", as quota messages name an operation. */
export function addressOf({ section, action }: Pick<Asked, 'section' | 'action'>): string {
  return `${section?.name ?? ''}/${section?.version ?? ''}/${action}`;
}

/** A feed travels in the body too, so only what says that it is a form is read as one. */
function formOf({ method, headers, body }: WireRequest): URLSearchParams {
  const type = headers['content-type'] ?? '';
  const isForm = method === 'POST' && /^(?:application\/)?x-www-form-urlencoded/i.test(type);
  return new URLSearchParams(isForm ? body.toString('utf8') : '');
}

/** The values of a 1-based dotted list (`ReportTypeList.Type.1`), in the order of their numbers. */
export function dotted(parameters: URLSearchParams, name: string): string[] {
  const prefix = `${name}.`;
  return [...parameters]
    .filter(([key, value]) => key.startsWith(prefix) && /^\d+$/.test(key.slice(prefix.length)) && value !== '')
    .toSorted(([a], [b]) => Number(a.slice(prefix.length)) - Number(b.slice(prefix.length)))
    .map(([, value]) => value);
}

/** The parameter, or undefined when it is absent or empty. */
export function parameter(parameters: URLSearchParams, name: string): string | undefined {
  const value = parameters.get(name);
  return value === null || value === '' ? undefined : value;
}

/** @throws Refused when the parameter is absent or empty. */
export function required(parameters: URLSearchParams, name: string): string {
  const value = parameter(parameters, name);
  if (value === undefined) throw new Refused('parameter_missing', { parameter: name });
  return value;
}
