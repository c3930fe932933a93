/** A seller at the emulated Seller Central without a browser: signs in, opens pages, confirms; follows nothing that leads to us. */

export type Page = { status: number; url: string; body: string; location: string | null };

export type Seller = {
  /** Opens an address of the marketplace, signs in on the way when asked to, and stops at the first page or at an address elsewhere. */
  open: (address: string) => Promise<Page>;
  /** Sends the form of a page that has this button, with the terms agreed. */
  press: (page: Page, button: 'confirm' | 'cancel') => Promise<Page>;
};

type Credentials = { email: string; password: string };

/** `base` is the emulator's plain door; whatever lies outside it is where a browser would leave for our own pages. */
export function sellerAt(base: string, { email, password }: Credentials): Seller {
  const cookies = new Map<string, string>();

  async function send(url: string, body?: URLSearchParams): Promise<Page> {
    const answer = await fetch(url, {
      redirect: 'manual',
      method: body ? 'POST' : 'GET',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(body ? { body } : {}),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = cookie.split(';', 1)[0]?.split('=', 2) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    return {
      status: answer.status,
      url,
      body: await answer.text(),
      location: location === null ? null : new URL(location, url).href,
    };
  }

  async function settle(page: Page): Promise<Page> {
    if (page.location !== null) return page.location.startsWith(base) ? settle(await send(page.location)) : page;
    if (!/<form[^>]+\/ap\/signin"/.test(page.body) || page.status !== 200) return page;
    return settle(await send(formOf(page, 'name="password"').action, withFields(page, { email, password })));
  }

  return {
    open: async (address) => settle(await send(address)),
    async press(page, button) {
      const { action } = formOf(page, `value="${button}"`);
      return settle(await send(action, withFields(page, { terms: 'agreed', action: button }, `value="${button}"`)));
    },
  };
}

function withFields(page: Page, extra: Record<string, string>, mark = 'name="password"'): URLSearchParams {
  return new URLSearchParams({ ...formOf(page, mark).hidden, ...extra });
}

function formOf(page: Page, mark: string): { action: string; hidden: Record<string, string> } {
  const form = [...page.body.matchAll(/<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)].find((one) =>
    one[2]?.includes(mark),
  );
  if (!form) throw new Error(`No form with ${mark} at ${page.url}: ${page.status} ${words(page)}`);
  const inputs = [...(form[2] ?? '').matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return {
    action: new URL(unescaped(form[1] ?? ''), page.url).href,
    hidden: Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, unescaped(value)])),
  };
}

/** The address of the link on a page that leads to somewhere beginning so. */
export function linkOn(page: Page, beginning: string): string {
  const links = [...page.body.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href = '']) => unescaped(href));
  const found = links.find((href) => href.startsWith(beginning));
  if (found === undefined) throw new Error(`No link to ${beginning} at ${page.url}: ${words(page)}`);
  return found;
}

/** What a page says, without its markup. */
function words(page: Page): string {
  return unescaped(page.body.replaceAll(/<(style|script)[\s\S]*?<\/\1>/g, '').replaceAll(/<[^>]+>/g, ' ')).replaceAll(
    /\s+/g,
    ' ',
  );
}

function unescaped(html: string): string {
  return html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
