import { expect, it, onTestFinished } from 'vitest';
import { openStation } from '../../src/main/compose.ts';
import { loadRecipe } from '../../src/main/compose-recipe.ts';
import type { StationStore } from '../../src/main/ports/station-store.ts';
import { settingsSchema } from '../../src/shared/settings.ts';
import { enrollmentOf, jobOf, newItem, passedWrites, testOrigin, valueFrom } from '../doubles/books.ts';
import { temporaryFolder } from '../doubles/host.ts';
import { startTokenAuthority } from '../doubles/token-authority.ts';

/* A station whose courier waits for a person to sign in to Entra ID. */

it('stops although nobody has signed in, and calls that no trouble of the service', async () => {
  const folder = temporaryFolder();
  const authority = await startTokenAuthority(folder);
  onTestFinished(() => authority.close());
  const { tenantId, clientId, address: authorityHost, caFile } = authority;
  const who = { kind: 'entra', host: 'localhost', credential: 'device-code', tenantId, clientId, authorityHost };
  const dps = { default: { auth: who, idScope: '0ne00AB12CD', globalEndpoint: 'localhost', caFile } };
  const shown = Promise.withResolvers<void>();
  let store: StationStore | null = null;
  const station = valueFrom(
    await openStation({
      dataFolder: folder,
      settings: settingsSchema.parse({ mode: 'training', bench: 'off', recipe: 'linux-tpm', dps }),
      recipe: valueFrom(loadRecipe('linux-tpm')),
      door: 'test',
      actor: 'tester',
      onSignIn: () => shown.resolve(),
      finder: { list: async () => ({ ok: true, value: [] }), watch: () => () => {} },
      decorateStore: (plain) => {
        store = plain;
        return plain;
      },
    }),
  );
  const books = store as StationStore | null;
  if (books === null) throw new Error('no books');
  const job = jobOf('unit-1', { slot: 1, instance: 'default' });
  const item = newItem(job, { registrationId: 'unit-1', enrollment: enrollmentOf('unit-1', 'AAAA') });
  const writes = passedWrites(job, item);
  valueFrom(await books.commit({ origin: testOrigin, at: item.createdAt, writes }));
  station.flush();
  await shown.promise;
  await station.stop();
  expect(station.instances()).toMatchObject([{ name: 'default', pause: null }]);
}, 20_000);
