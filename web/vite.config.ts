import { defineConfig } from 'vite';
import react from '@vitejs/plugin-react';

/** In development the pages come from Vite and everything else from a running server. */
const server = process.env['STOREKEEPER_DEV_SERVER'] ?? 'http://127.0.0.1:4280';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows no data: scripts, and small pictures are inline SVG already.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What changes rarely is kept apart from our own pages, so that an upgrade of these leaves it in the browser's cache.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
            { name: 'parts', test: /node_modules\/(@mantine|@floating-ui|clsx|react-remove-scroll)/ },
            { name: 'data', test: /node_modules\/@tanstack\// },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '^/(api|app|v1|calendar|status|healthz|readyz)(/|$|\\?)': server,
      '^/connect/(s/|amazon/|style\\.css|[^/]+/continue)': server,
    },
  },
});
