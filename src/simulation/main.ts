/*
 * The simulation, a program of its own: what surrounds a station, reached by it as the real thing would be. The first
 * argument picks the role.
 */

/** A role's module: takes the remaining arguments, sets the exit code itself. */
type Role = { readonly run: (args: string[]) => Promise<void> };

/* Only the role that is asked for is loaded; the specifiers are literals so that a bundler can follow them. */
const roles: Readonly<Record<string, () => Promise<Role>>> = {
  dps: () => import('./dps/command.ts'),
  board: () => import('./board/command.ts'),
  bench: () => import('./bench/command.ts'),
};

const [name = '', ...args] = process.argv.slice(2);
const load = Object.hasOwn(roles, name) ? roles[name] : undefined;
if (load === undefined) {
  process.stderr.write(`simulation: name a role: ${Object.keys(roles).join(', ')}\n`);
  process.exitCode = 2;
} else {
  // No top-level await: the built form is CommonJS.
  void load().then((role) => role.run(args));
}
