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
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '^/(api|app|v1|healthz|readyz)(/|$|\\?)': server,
      '^/connect/(s/|amazon/|style\\.css|[^/]+/continue)': server,
    },
  },
});
