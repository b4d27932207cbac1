import { parseArgs } from 'node:util';
import type { HubOptions } from '../hub/simulated-hubs.ts';

/** How the program `dps` is called. */
export const usage =
  'usage: dps [--port P] [--mqtt-port P] [--hub NAME[,PORT[,MQTT-PORT]]]... [--authority FILE]... [--state F] [--ready-file F] [--folder D] [--id-scope S]';

/** What its arguments say. */
export type Settings = {
  readonly port: number;
  readonly mqttPort: number;
  /** Empty: the hub that a cloud has unless told. */
  readonly hubs: readonly HubOptions[];
  /** PEM files of verified authorities; each is known by its file's name without its ending. */
  readonly authorities: readonly string[];
  readonly state: string | null;
  readonly readyFile: string | null;
  readonly folder: string | null;
  readonly idScope: string | null;
};

/** Reads the arguments, or answers what is wrong with them. */
export function settingsFrom(args: string[]): Settings | string {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args,
      options: {
        port: text,
        'mqtt-port': text,
        hub: { type: 'string', multiple: true },
        authority: { type: 'string', multiple: true },
        state: text,
        'ready-file': text,
        folder: text,
        'id-scope': text,
      },
    });
    const port = portFrom(values.port);
    if (port === null) return '--port must be a number from 0 to 65535';
    const mqttPort = portFrom(values['mqtt-port']);
    if (mqttPort === null) return '--mqtt-port must be a number from 0 to 65535';
    const hubs = (values.hub ?? []).map(hubFrom).filter((hub) => hub !== null);
    if (hubs.length < (values.hub ?? []).length) return '--hub must be a host name, with ports behind commas';
    const idScope = values['id-scope'] ?? null;
    if (idScope !== null && !/^[A-Za-z0-9]{1,64}$/.test(idScope)) return '--id-scope must be letters and digits';
    const paths = {
      state: values.state ?? null,
      readyFile: values['ready-file'] ?? null,
      folder: values.folder ?? null,
    };
    if (Object.values(paths).includes('')) return 'a path must not be empty';
    const authorities = values.authority ?? [];
    if (authorities.includes('')) return 'a path must not be empty';
    return { port, mqttPort, hubs, authorities, idScope, ...paths };
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

function portFrom(text = '0'): number | null {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : null;
}

/** The name `localhost` alone stands for the address of the hub's MQTT listener. */
function hubFrom(text: string): HubOptions | null {
  const [name = '', port, mqttPort, ...more] = text.split(',');
  const ports = { port: portFrom(port), mqttPort: portFrom(mqttPort) };
  if (!/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(name) || more.length > 0) return null;
  if (ports.port === null || ports.mqttPort === null) return null;
  return {
    port: ports.port,
    mqttPort: ports.mqttPort,
    ...(name.toLowerCase() !== 'localhost' && { hostName: name }),
  };
}
