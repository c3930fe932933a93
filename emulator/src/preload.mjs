/**
 * For Node programs that know no proxy: makes every TLS connection to a host that the emulator plays end at the
 * emulator's proxy port, and trusts the emulator's certificate. The program itself stays as it is.
 *
 *   STOREKEEPER_EMULATOR_PROXY=http://127.0.0.1:4291 node --import ./emulator/src/preload.mjs program.mjs
 *   NODE_OPTIONS="--import=/path/to/emulator/src/preload.mjs" npm test
 *
 * It replaces `tls.connect` alone (https, http2, fetch, undici, axios and superagent all end there): host and port become
 * the proxy port's, the server name stays, so the emulator reads the host from SNI. Connections to other hosts, and
 * those over a socket that somebody already opened (a CONNECT tunnel), are left alone.
 */
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import tls from 'node:tls';

const proxy = new URL(process.env.STOREKEEPER_EMULATOR_PROXY ?? 'http://127.0.0.1:4291');
const [certificate, hosts] = await Promise.all([ask('/_/ca.pem'), ask('/_/hosts')]);
const played = new Set(JSON.parse(hosts));
const connect = tls.connect;

tls.connect = function connectPlayed(...given) {
  const { options, onSecure } = named(given);
  const host = options.host ?? options.servername;
  if (options.socket || !played.has(host)) return connect.apply(this, given);
  const trusted = options.ca ?? tls.getCACertificates?.('default') ?? tls.rootCertificates;
  return connect(
    {
      ...options,
      host: proxy.hostname,
      port: Number(proxy.port),
      servername: options.servername || host,
      ca: [trusted, certificate].flat(),
    },
    onSecure,
  );
};
syncBuiltinESMExports();

/** `tls.connect` takes (options), (port, options) or (port, host, options), each with a listener behind it. */
function named(given) {
  const options = {};
  let onSecure;
  for (const [index, one] of given.entries()) {
    if (typeof one === 'function') onSecure = one;
    else if (typeof one === 'object' && one !== null) Object.assign(options, one);
    else if (typeof one === 'string' && index === 1) options.host = one;
    else if (one !== undefined && index === 0) options.port = Number(one);
  }
  return { options, onSecure };
}

function ask(path) {
  return new Promise((resolve, reject) => {
    const request = http.get(new URL(path, proxy), { agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => (text += part));
      response.on('end', () => resolve(text));
    });
    request.on('error', (cause) =>
      reject(new Error(`No emulator answers at ${proxy.origin} (STOREKEEPER_EMULATOR_PROXY).`, { cause })),
    );
  });
}
