import type { Command } from 'commander';
import type { CliTools } from './tools.ts';

/** `simulate dps` and `simulate board`: the surroundings of a station as programs of their own. */
export function addSimulateCommands(program: Command, tools: CliTools): void {
  const simulate = program.command('simulate').description('run simulated boards or a simulated DPS');
  simulate
    .command('dps')
    .description(
      'DPS instance and its hubs; prints {"serviceConnectionString","idScope","host","port","caFile","mqttPort","hubs"} when it listens',
    )
    .option('--port <port>', 'port for HTTPS (default: a free one)')
    .option('--mqtt-port <port>', 'port for devices that speak MQTT (default: a free one)')
    .option(
      '--hub <name,port,mqtt-port>',
      'a linked hub; again for more (default: training-hub.azure-devices.net on free ports)',
      (hub: string, hubs: string[] = []) => [...hubs, hub],
    )
    .option(
      '--authority <file>',
      'PEM of an authority that the instance has verified, known by the name of the file; again for more',
      (file: string, files: string[] = []) => [...files, file],
    )
    .option('--state <file>', 'keep enrollments and registrations in this file, hubs in one beside it')
    .option('--ready-file <file>', 'write the same object to this file')
    .option('--folder <folder>', 'keep the certificate authority here')
    .option('--id-scope <scope>', 'ID scope')
    .option('--json', 'accepted for uniformity; the output is JSON anyway')
    .action((options: Record<string, string | string[]>) => run(tools, 'dps', options));
  simulate
    .command('board')
    .description('MXChip IoT DevKits at lines of their own; prints their paths and the address of the control link')
    .requiredOption('--personality <version>', 'firmware whose console they speak: 1.3.0, 1.6.2, 1.6.5 or 2.0.0')
    .option('--count <count>', 'how many')
    .option('--dps <ready-file>', 'ready file of a simulated DPS that they register with')
    .option('--folder <folder>', 'keep lines, firmware and secure elements here')
    .option('--ready-file <file>', 'write the same object to this file')
    .option('--state', 'let the secure elements outlive this process')
    .option('--real-time', "give the boards a real board's pace")
    .option('--lines <kind>', 'pseudo-terminals (pty), local sockets (socket), or what is there (auto)')
    .option('--json', 'accepted for uniformity; the output is JSON anyway')
    .action((options: Record<string, string>) => run(tools, 'board', options));
}

async function run(
  tools: CliTools,
  role: 'dps' | 'board',
  options: Record<string, string | string[] | boolean>,
): Promise<void> {
  const args = Object.entries(options)
    .filter(([name]) => name !== 'json')
    .flatMap(([name, value]) => {
      const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      return value === true ? [flag] : [value].flat().flatMap((one) => [flag, String(one)]);
    });
  process.exitCode = await tools.runSimulation(role, args);
}
