import type { CallInput } from '../shared/contract.ts';
import { type Problem, problem } from '../shared/problem.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { systemClock } from './adapters/system/system-clock.ts';
import { unpooled } from './adapters/vault/secret-file.ts';
import type { Vaults } from './compose-vault.ts';
import { moveVault } from './compose-vault-move.ts';
import { isoNow } from './ports/clock.ts';

/** What the calls about the vault need of the host that keeps the station. */
export type VaultHost = {
  readonly vaults: Vaults;
  readonly door: string;
  /** Whether the station waits for the passphrase. */
  isLocked(): boolean;
  /** Why the station must not be closed now. */
  refusal(): Problem | null;
  /** Closes the station, runs the task, opens the station again and then tells; resolves when the task is through. */
  whileClosed(task: () => Promise<void>, opened?: () => Promise<void>): Promise<void>;
  note(event: string, actor: string): Promise<void>;
};

/** Answers `vault-unlock` and `vault-move`. */
export function vaultHandlers({ vaults, door, isLocked, refusal, whileClosed, note }: VaultHost) {
  async function unlock({ actor, passphrase }: CallInput<'vault-unlock'>): Promise<Result<void, Problem>> {
    const bytes = unpooled(passphrase, 'utf8');
    const unlocked = await vaults.unlock(bytes);
    bytes.fill(0);
    if (!unlocked.ok) return unlocked;
    // Nobody waits for slow parts here: the page sees in the stream how the station opens.
    if (isLocked())
      await whileClosed(
        async () => {},
        () => note('vault-unlocked', actor),
      );
    else await note('vault-unlocked', actor);
    return ok(undefined);
  }

  async function move({ actor, to, passphrase }: CallInput<'vault-move'>): Promise<Result<void, Problem>> {
    const why = refusal();
    if (why !== null) return fail(why);
    let moved: Result<void, Problem> = fail(problem('station-starting'));
    const bytes = passphrase === null ? null : unpooled(passphrase, 'utf8');
    await whileClosed(async () => {
      moved = await moveVault(vaults, { to, passphrase: bytes, actor, at: isoNow(systemClock), door });
      // Whoever has just chosen the passphrase need not type it again.
      if (moved.ok && to === 'passphrase' && bytes !== null) await vaults.unlock(bytes);
    });
    bytes?.fill(0);
    return moved;
  }

  return { 'vault-unlock': unlock, 'vault-move': move } as const;
}
