// SPDX-License-Identifier: Apache-2.0
// Every screen beyond the shell is its own chunk. Addresses are links in mails: /cases/:number, /liaison?case=…
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { homeOf, useSession } from './session';
import { NotFound } from './shell/not_found';
import { Shell } from './shell/shell';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    const { me } = useSession.getState();
    throw redirect({ to: me ? homeOf[me.user.role] : '/cases', replace: true });
  },
});
const word = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined);

const desk = createRoute({ getParentRoute: () => root, path: '/desk', component: lazyRouteComponent(() => import('./desk/desk_page'), 'DeskPage') });
const cases = createRoute({
  getParentRoute: () => root,
  path: '/cases',
  validateSearch: (search: Record<string, unknown>): { list?: string; state?: string; category?: string; q?: string } => ({ list: word(search.list), state: word(search.state), category: word(search.category), q: word(search.q) }),
  component: lazyRouteComponent(() => import('./cases/cases_page'), 'CasesPage'),
});
const backLine = createRoute({ getParentRoute: () => root, path: '/back-line', component: lazyRouteComponent(() => import('./cases/cases_page'), 'BackLinePage') });
const oneCase = createRoute({ getParentRoute: () => root, path: '/cases/$number', component: lazyRouteComponent(() => import('./cases/case_page'), 'CasePage') });
const callbacks = createRoute({
  getParentRoute: () => root,
  path: '/callbacks',
  validateSearch: (search: Record<string, unknown>): { callback?: number } => (Number(search.callback) > 0 ? { callback: Number(search.callback) } : {}),
  component: lazyRouteComponent(() => import('./callbacks/callbacks_page'), 'CallbacksPage'),
});
const customers = createRoute({
  getParentRoute: () => root,
  path: '/customers',
  validateSearch: (search: Record<string, unknown>): { q?: string } => ({ q: word(search.q) }),
  component: lazyRouteComponent(() => import('./customers/customers_page'), 'CustomersPage'),
});
const customer = createRoute({ getParentRoute: () => root, path: '/customers/$id', component: lazyRouteComponent(() => import('./customers/customer_page'), 'CustomerPage') });
const pool = createRoute({
  getParentRoute: () => root,
  path: '/pool',
  validateSearch: (search: Record<string, unknown>): { list?: string; tier?: string } => ({ list: word(search.list), tier: word(search.tier) }),
  component: lazyRouteComponent(() => import('./accounts/pool_page'), 'PoolPage'),
});
const liaison = createRoute({
  getParentRoute: () => root,
  path: '/liaison',
  validateSearch: (search: Record<string, unknown>): { case?: string } => ({ case: word(search.case) }),
  component: lazyRouteComponent(() => import('./liaison/liaison_page'), 'LiaisonPage'),
});
const register = createRoute({
  getParentRoute: () => root,
  path: '/register',
  validateSearch: (search: Record<string, unknown>): { from?: string; to?: string; category?: string; regulator?: string } => ({ from: word(search.from), to: word(search.to), category: word(search.category), regulator: word(search.regulator) }),
  component: lazyRouteComponent(() => import('./register/register_page'), 'RegisterPage'),
});
const reviewActions = createRoute({
  getParentRoute: () => root,
  path: '/review-actions',
  validateSearch: (search: Record<string, unknown>): { list?: string; action?: number } => ({ list: word(search.list), ...(Number(search.action) > 0 ? { action: Number(search.action) } : {}) }),
  component: lazyRouteComponent(() => import('./reviews/reviews_page'), 'ReviewsPage'),
});
/** The address in a mail. */
const reviewAction = createRoute({
  getParentRoute: () => root,
  path: '/review-actions/$id',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/review-actions', search: { list: 'all', action: Number(params.id) }, replace: true });
  },
});
const wallboard = createRoute({ getParentRoute: () => root, path: '/wallboard', component: lazyRouteComponent(() => import('./wallboard/wallboard_page'), 'WallboardPage') });
const promises = createRoute({ getParentRoute: () => root, path: '/promises', component: lazyRouteComponent(() => import('./promises/promises_page'), 'PromisesPage') });
const people = createRoute({ getParentRoute: () => root, path: '/people', component: lazyRouteComponent(() => import('./people/people_page'), 'PeoplePage') });
const departure = createRoute({
  getParentRoute: () => root,
  path: '/people/departure',
  validateSearch: (search: Record<string, unknown>): { user?: number } => (Number(search.user) > 0 ? { user: Number(search.user) } : {}),
  component: lazyRouteComponent(() => import('./people/departure_page'), 'DeparturePage'),
});
const imports = createRoute({ getParentRoute: () => root, path: '/imports', component: lazyRouteComponent(() => import('./facts/imports_page'), 'ImportsPage') });
const reconciliation = createRoute({ getParentRoute: () => root, path: '/reconciliation', component: lazyRouteComponent(() => import('./facts/reconciliation_page'), 'ReconciliationPage') });
const neglected = createRoute({ getParentRoute: () => root, path: '/neglected', component: lazyRouteComponent(() => import('./facts/neglected_page'), 'NeglectedPage') });
const calendars = createRoute({ getParentRoute: () => root, path: '/admin/calendars', component: lazyRouteComponent(() => import('./admin/calendars_page'), 'CalendarsPage') });
const policies = createRoute({ getParentRoute: () => root, path: '/admin/policies', component: lazyRouteComponent(() => import('./admin/policies/policies_page'), 'PoliciesPage') });
const deliveries = createRoute({
  getParentRoute: () => root,
  path: '/admin/deliveries',
  validateSearch: (search: Record<string, unknown>): { state?: string; case?: string } => ({ state: word(search.state), case: word(search.case) }),
  component: lazyRouteComponent(() => import('./admin/deliveries_page'), 'DeliveriesPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([home, desk, cases, oneCase, backLine, callbacks, customers, customer, pool, liaison, register, reviewActions, reviewAction, wallboard, promises, people, departure, imports, reconciliation, neglected, deliveries, calendars, policies]),
  defaultPreload: 'intent',
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
