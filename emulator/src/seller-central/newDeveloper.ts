import type { Region } from '../marketplaces.ts';
import type { Amazon } from '../state/amazon.ts';
import { authorizeMws } from '../state/mwsGrants.ts';
import type { WireAnswer } from '../wire.ts';
import type { Developer } from '../world/schema.ts';
import { isCancelled, isConfirmed, isPost } from './consent.ts';
import { identifiers, termsPage } from './developerTerms.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import { hidden, page, REGION_NAMES } from './page.ts';
import { primaryOnly, refusalPage } from './refusal.ts';
import { goTo, here } from './visit.ts';
import type { Person, Visit } from './visit.ts';

/** The address that integrators' links open, so the wizard lives there too. */
export const REGISTER_PATH = '/gp/mws/registration/register.html';

/** A developer as the form names it. */
type Named = { name: string; id: string };

/** Fields of the prefill links that integrators published: the second pair is the one of links with an application. */
const NAME_FIELDS = ['developerName', 'applicationName'];
const ID_FIELDS = ['devMWSAccountId', 'appDevMWSAccountId'];

function firstOf(fields: URLSearchParams, names: readonly string[]): string {
  return names.map((name) => fields.get(name)?.trim() ?? '').find((value) => value !== '') ?? '';
}

/**
 * `GET` and `POST /gp/mws/registration/register.html`, *Authorize new developer*: name and ID are verified for the
 * region, then the terms, then the identifiers. A link with name and ID opens it prefilled.
 */
export function authorizeDeveloper(visit: Visit, person: Person): WireAnswer {
  const { amazon, fields, now } = visit;
  if (isCancelled(visit)) return goTo(here(visit, '/apps/manage'));
  if (!person.user.primary) return primaryOnly(visit, person);
  const given = { name: firstOf(fields, NAME_FIELDS), id: firstOf(fields, ID_FIELDS) };
  if (!isPost(visit)) return askPage(visit, person, { given });
  const verified = verify(amazon, person.seller.region, given);
  if ('wrong' in verified) return askPage(visit, person, { given, wrong: verified.wrong });
  const { developer } = verified;
  if (!developer.eligible) return refusalPage(visit, { code: 'MD9000', person });
  if (!isConfirmed(visit)) {
    const carried = { developerName: developer.developerName, devMWSAccountId: developer.developerId };
    return termsPage(visit, person, {
      developer,
      title: `Authorize ${developer.developerName}`,
      path: REGISTER_PATH,
      carried,
    });
  }
  const grant = authorizeMws(amazon, { seller: person.seller, developer }, now);
  return identifiers(visit, person, { developer, grant });
}

const digits = (id: string): string => id.replaceAll(/[\s-]/g, '');

/** Developer IDs are regional: one of another region is told apart, because that is the mistake people make. */
function verify(amazon: Amazon, region: Region, { name, id }: Named): { developer: Developer } | { wrong: string } {
  if (name === '' || id === '') return { wrong: "Enter the developer's name and the developer ID." };
  if (!/^\d{12}$/.test(digits(id)))
    return { wrong: 'A developer ID has 12 digits, for example 0000-1111-2222. Check it for typing errors.' };
  const developer = amazon.developers.find((one) => digits(one.developerId) === digits(id));
  if (developer && developer.region !== region)
    return {
      wrong: `This developer ID is not registered for ${REGION_NAMES[region]}. Ask the developer for the ID of the region your account is in.`,
    };
  if (developer?.developerName.toLowerCase() !== name.toLowerCase())
    return { wrong: "We could not verify this developer. Check the developer's name and the developer ID." };
  return { developer };
}

type Asking = { given: Named; wrong?: string };

function askPage(visit: Visit, person: Person, { given, wrong }: Asking): WireAnswer {
  const told = wrong !== undefined && html`<p class="wrong" id="wrong" role="alert">${wrong}</p>`;
  const invalid = wrong !== undefined && html` aria-invalid="true" aria-describedby="wrong"`;
  const field = (name: string, label: string, value: string): Markup =>
    html`<label class="field"
      ><span>${label}</span><input name="${name}" required autocomplete="off" value="${value}" ${invalid}
    /></label>`;
  const main = html`<form class="form" method="post" action="${here(visit, REGISTER_PATH)}">
    <h1>Authorize new developer</h1>
    <p>
      Enter the developer's name and the developer ID for ${REGION_NAMES[person.seller.region]}, as the developer gave
      them to you.
    </p>
    ${told}${hidden({ csrf: person.session.csrf })}${field('developerName', "Developer's Name", given.name)}${field('devMWSAccountId', 'Developer ID', given.id)}
    <div class="act">
      <button class="k" name="action" value="verify">Next</button
      ><button name="action" value="cancel" formnovalidate>Cancel</button>
    </div>
  </form>`;
  return page(visit, { title: 'Authorize new developer', main, person, status: wrong === undefined ? 200 : 400 });
}
