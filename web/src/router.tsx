/** The pages and their addresses. Store Manager travels with the first script; the others come when they are opened. */
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import type { Me } from '../../server/src/http/contract/app.ts';
import { hasDemo } from './api/demo-offer.ts';
import { meQuery } from './api/queries.ts';
import { openDemo } from './api/session.ts';
import { MissingPage, PageFailure } from './shell/missing-page.tsx';
import { Shell } from './shell/shell.tsx';
import { StoreManagerPage } from './store-manager/store-manager-page.tsx';
import { readFilters, type Filters } from './store-manager/ordering.ts';

type Context = { client: QueryClient };

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: MissingPage,
  errorComponent: PageFailure,
});

/** Only addresses of this app are followed after signing in. */
function readTo(search: Record<string, unknown>): { to?: string } {
  const to = search['to'];
  return typeof to === 'string' && to.startsWith('/') && !to.startsWith('//') && !to.includes('\\') ? { to } : {};
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readTo,
  component: lazyRouteComponent(() => import('./sign-in/sign-in-page.tsx'), 'SignInPage'),
});

const signUp = createRoute({
  getParentRoute: () => root,
  path: '/sign-up',
  validateSearch: readTo,
  component: lazyRouteComponent(() => import('./sign-in/sign-up-page.tsx'), 'SignUpPage'),
});

const checkMail = createRoute({
  getParentRoute: () => root,
  path: '/check-mail',
  validateSearch: (search: Record<string, unknown>): { email?: string } =>
    typeof search['email'] === 'string' ? { email: search['email'] } : {},
  component: lazyRouteComponent(() => import('./sign-in/check-mail-page.tsx'), 'CheckMailPage'),
});

const confirm = createRoute({
  getParentRoute: () => root,
  path: '/confirm',
  component: lazyRouteComponent(() => import('./sign-in/password-pages.tsx'), 'ConfirmPage'),
});

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('./sign-in/password-pages.tsx'), 'ForgotPasswordPage'),
});

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('./sign-in/password-pages.tsx'), 'ResetPasswordPage'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation/$invitationId',
  component: lazyRouteComponent(() => import('./sign-in/invitation-page.tsx'), 'InvitationPage'),
});

/** Who opens the front door of a demo is in: the first thing to be seen is a store to repair, not a form. */
async function newcomer(client: QueryClient, path: string): Promise<Me | null> {
  if (path !== '/') return null;
  try {
    if (!(await hasDemo())) return null;
    await openDemo();
    return await client.fetchQuery({ ...meQuery, staleTime: 0 });
  } catch {
    // The sign-in page has the same door as a button, and says what is wrong with it.
    return null;
  }
}

const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ context, location }) => {
    const { client } = context;
    const me = (await client.ensureQueryData(meQuery)) ?? (await newcomer(client, location.pathname));
    if (me === null) {
      const to = location.href;
      throw redirect({ to: '/sign-in', search: to === '/' || to === '/stores' ? {} : { to } });
    }
    return { demo: me.demo };
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/stores' });
  },
});

const stores = createRoute({
  getParentRoute: () => inside,
  path: '/stores',
  validateSearch: (search: Record<string, unknown>): Filters & { repair?: string } => ({
    ...readFilters(search),
    ...(typeof search['repair'] === 'string' && search['repair'] !== '' ? { repair: search['repair'] } : {}),
  }),
  component: StoreManagerPage,
});

const store = createRoute({
  getParentRoute: () => inside,
  path: '/stores/$storeId',
  validateSearch: (search: Record<string, unknown>): { repair?: 1; move?: 1 } => {
    const asked = (name: string): boolean => search[name] === 1 || search[name] === '1';
    if (asked('repair')) return { repair: 1 };
    return asked('move') ? { move: 1 } : {};
  },
  component: lazyRouteComponent(() => import('./store-page/store-page.tsx'), 'StorePage'),
});

const connect = createRoute({
  getParentRoute: () => inside,
  path: '/connect',
  component: lazyRouteComponent(() => import('./connect/connect-page.tsx'), 'ConnectPage'),
});

const connectSession = createRoute({
  getParentRoute: () => inside,
  path: '/connect/$sessionId',
  component: lazyRouteComponent(() => import('./connect/session-page.tsx'), 'SessionPage'),
});

const renewals = createRoute({
  getParentRoute: () => inside,
  path: '/renewals',
  validateSearch: (search: Record<string, unknown>): { repair?: string } =>
    typeof search['repair'] === 'string' && search['repair'] !== '' ? { repair: search['repair'] } : {},
  component: lazyRouteComponent(() => import('./renewals/renewals-page.tsx'), 'RenewalsPage'),
});

const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
});

const developerIds = createRoute({
  getParentRoute: () => inside,
  path: '/developer-ids',
  validateSearch: (search: Record<string, unknown>): { site?: string } =>
    typeof search['site'] === 'string' ? { site: search['site'] } : {},
  component: lazyRouteComponent(() => import('./developers/developer-ids-page.tsx'), 'DeveloperIdsPage'),
});

const fleet = createRoute({
  getParentRoute: () => inside,
  path: '/operator/fleet',
  component: lazyRouteComponent(() => import('./operator/fleet-page.tsx'), 'FleetPage'),
});

const apps = createRoute({
  getParentRoute: () => inside,
  path: '/operator/apps',
  component: lazyRouteComponent(() => import('./operator/apps-page.tsx'), 'AppsPage'),
});
const incidents = createRoute({
  getParentRoute: () => inside,
  path: '/operator/incidents',
  component: lazyRouteComponent(() => import('./operator/incidents-page.tsx'), 'IncidentsPage'),
});

const fireDrill = createRoute({
  getParentRoute: () => inside,
  path: '/demo/fire-drill',
  validateSearch: (search: Record<string, unknown>): { store?: string } =>
    typeof search['store'] === 'string' ? { store: search['store'] } : {},
  component: lazyRouteComponent(() => import('./demo/fire-drill-page.tsx'), 'FireDrillPage'),
});

const mailbox = createRoute({
  getParentRoute: () => inside,
  path: '/demo/mailbox',
  validateSearch: (search: Record<string, unknown>): { mail?: string } =>
    typeof search['mail'] === 'string' ? { mail: search['mail'] } : {},
  component: lazyRouteComponent(() => import('./demo/mailbox-page.tsx'), 'MailboxPage'),
});

const routes = root.addChildren([
  signIn,
  signUp,
  checkMail,
  confirm,
  forgotPassword,
  resetPassword,
  invitation,
  inside.addChildren([
    home,
    stores,
    store,
    connect,
    connectSession,
    renewals,
    settings,
    developerIds,
    fleet,
    apps,
    incidents,
    fireDrill,
    mailbox,
  ]),
]);

export function createAppRouter(client: QueryClient) {
  return createRouter({
    routeTree: routes,
    context: { client },
    defaultPreload: 'intent',
    scrollRestoration: true,
  });
}
