/** Providers: theme, what the server said, where we are. */
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { sessionEnded } from './api/session-ended.ts';
import { isStatus } from './api/request.ts';
import { createAppRouter } from './router.tsx';
import { cssVariablesResolver, theme } from './theme.ts';

/** The same key as public/color-scheme.js, which runs before the first paint. */
const colorSchemes = localStorageColorSchemeManager({ key: 'storekeeper-color-scheme' });

function noteSessionEnd(error: unknown): void {
  if (isStatus(error, 401)) sessionEnded.set(true);
}

const client = new QueryClient({
  queryCache: new QueryCache({ onError: noteSessionEnd }),
  mutationCache: new MutationCache({ onError: noteSessionEnd }),
  defaultOptions: {
    queries: {
      // A refusal stays a refusal; only silence is worth asking again.
      retry: (count, error) => error.name === 'Unreachable' && count < 2,
      retryDelay: 800,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

const router = createAppRouter(client);

declare module '@tanstack/react-router' {
  // The router's own way of learning the routes' types.
  interface Register {
    router: typeof router;
  }
}

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      colorSchemeManager={colorSchemes}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
