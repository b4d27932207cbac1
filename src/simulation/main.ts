/*
 * The simulation, a program of its own: what surrounds a station, reached by it as the real thing would be. The first
 * argument picks the role.
 */

/** A role's module: takes the remaining arguments, sets the exit code itself. */
type Role = { readonly run: (args: string[]) => Promise<void> };

const roles: Readonly<Record<string, string>> = {
  dps: './dps/command.ts',
  board: './board/command.ts',
  bench: './bench/command.ts',
};

const [name = '', ...args] = process.argv.slice(2);
const specifier = Object.hasOwn(roles, name) ? roles[name] : undefined;
if (specifier === undefined) {
  process.stderr.write(`simulation: name a role: ${Object.keys(roles).join(', ')}\n`);
  process.exitCode = 2;
} else {
  const role = (await import(specifier)) as Role;
  await role.run(args);
}
