/*
 * Runs in Electron: a TLS server that asks for client certificates and takes any, and who gets in. Prints one line of
 * JSON. The file named last holds `server`, and the clients `ordinary` and `alias`: a certificate and key each (PEM).
 */
const { readFileSync } = require('node:fs');
const { app } = require('electron');
const tls = require('node:tls');

const { server: own, ...clients } = JSON.parse(readFileSync(process.argv.at(-1), 'utf8'));
const server = tls.createServer({ ...own, requestCert: true, rejectUnauthorized: false });
server.prependListener('secureConnection', (socket) => void socket.getPeerX509Certificate());
server.on('secureConnection', (socket) => {
  socket.on('error', () => {});
  socket.end(socket.getPeerX509Certificate() === undefined ? 'no certificate' : 'accepted');
});
server.on('tlsClientError', () => {});

function enter(client) {
  return new Promise((resolve) => {
    let text = '';
    const socket = tls.connect({
      port: server.address().port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ...client,
    });
    socket.on('data', (bytes) => (text += bytes));
    socket.on('error', () => {});
    socket.on('close', () => resolve(text === 'accepted' ? 'accepted' : 'refused'));
  });
}

server.listen(0, '127.0.0.1', async () => {
  const outcome = {};
  for (const [name, client] of Object.entries(clients)) outcome[name] = await enter(client);
  process.stdout.write(`${JSON.stringify(outcome)}\n`, () => app.exit(0));
});
