import { createHash } from 'node:crypto';
import type { BenchBoard, BoardFault } from '../../shared/bench.ts';
import type { BoardParts } from './board-parts.ts';
import { apModeText, bannerText, userModeText } from './board-texts.ts';
import type { ConfigurationConsole } from './configuration-console.ts';
import { createConfigurationConsole } from './configuration-console.ts';
import type { ConsoleBoard, WriteOutcome } from './console-commands.ts';
import { udsAsTheBoardReadsIt } from './device-keys.ts';
import type { ZoneName } from './secure-element.ts';
import { runSketch } from './sketch.ts';

/** The buttons that matter at start-up: A for configuration, B for AP mode. */
type Button = 'A' | 'B';

/** The wire between board and computer, as the board sees it. */
export type BoardWire = { write(bytes: Uint8Array): void };

/** What a board tells of itself; its place on the bench is the bench's business. */
type BoardState = Omit<BenchBoard, 'slot' | 'path'>;

/** A simulated AZ3166: bytes on the wire, two buttons, RESET, a display, a radio and a memory. */
export type Board = {
  attach(wire: BoardWire | null): void;
  receive(bytes: Uint8Array): void;
  powerOn(): void;
  powerOff(): void;
  /** Presses RESET while `button` is down; the button is let go when the mode's first text is out. */
  reset(button: Button | null): void;
  /** Holds a button down until told otherwise, as a fixture does that pulls its pin low. */
  hold(button: Button | null): void;
  setFault(fault: BoardFault): void;
  state(): BoardState;
  /** Resolves when this start-up is over: a mode reached, and in user mode the one attempt to register made. */
  settled(): Promise<void>;
};

/** Noise at the start: the serial port runs at another rate until the console sets its own. */
const noiseBytes = 12;

/** Makes a board without power. Source of its behaviour: Microsoft DevKit SDK start-up and console source. */
export function createBoard(parts: BoardParts): Board {
  const { firmware, timing, clock, secureElement, mac } = parts;
  const now = { mode: 'off' as BoardState['mode'], fault: 'none' as BoardFault, display: [] as string[] };
  const counts = { powerUps: 0, busyInMs: 0 };
  const registration = { registeredWith: null as string | null, lastRegistration: null as string | null };
  let wire: BoardWire | null = null;
  let finger: Button | null = null;
  let fixture: Button | null = null;
  let console: ConfigurationConsole | null = null;
  let startUp = new AbortController(); // one per power-up or reset; whatever belongs to an older one is dead
  let settled = Promise.withResolvers<void>();

  const send = (life: AbortSignal, bytes: Uint8Array) => {
    if (!life.aborted) wire?.write(bytes);
  };
  const sendText = (life: AbortSignal, text: string) => send(life, Buffer.from(text, 'latin1'));
  const spend = (life: AbortSignal, inMs: number): Promise<void> => {
    if (inMs <= 0) return Promise.resolve();
    // A promise for ever pending is how a loop dies at a reset: nothing after it runs.
    return new Promise((resolve) => {
      const cancel = clock.after(inMs, () => {
        life.removeEventListener('abort', cancel);
        counts.busyInMs += inMs;
        resolve();
      });
      life.addEventListener('abort', cancel, { once: true });
    });
  };
  const end = () => {
    startUp.abort();
    console = null;
    settled.resolve();
  };
  const start = () => {
    end();
    startUp = new AbortController();
    settled = Promise.withResolvers();
    Object.assign(registration, { registeredWith: null, lastRegistration: null });
    Object.assign(now, { mode: 'booting', display: [] });
    const { resolve } = settled;
    void boot(startUp.signal).then(resolve);
  };

  const boot = async (life: AbortSignal) => {
    send(life, parts.random(noiseBytes));
    await spend(life, timing.bootInMs);
    sendText(life, bannerText);
    // Only now are the buttons looked at.
    const button = finger ?? fixture;
    if (button === null) return userMode(life);
    await spend(life, timing.radioInMs);
    if (button === 'A') configurationMode(life);
    else apMode(life);
    finger = null;
  };
  const configurationMode = (life: AbortSignal) => {
    now.display = ['IoT DevKit', `id:${mac}`, 'Configuration'];
    if (now.fault === 'silence') {
      now.mode = 'silent';
      return;
    }
    now.mode = 'configuration';
    console = createConfigurationConsole({
      board: consoleBoard(life),
      timing,
      spend: (inMs) => spend(life, inMs),
      sendBytes: (bytes) => send(life, bytes),
    });
    console.start();
  };
  const apMode = (life: AbortSignal) => {
    now.mode = 'ap';
    now.display = ['IoT DevKit', `AZ-${mac}`, '192.168.0.1'];
    sendText(life, apModeText(firmware, mac));
  };
  const userMode = async (life: AbortSignal) => {
    now.mode = 'user';
    now.display = ['IoT DevKit', 'Running...'];
    sendText(life, userModeText);
    const outcome = await runSketch({
      parts,
      life,
      send: (text) => sendText(life, text),
      spend: (inMs) => spend(life, inMs),
      show: (lines) => {
        if (!life.aborted) now.display = ['IoT DevKit', ...lines];
      },
    });
    if (!life.aborted) Object.assign(registration, outcome);
  };

  const consoleBoard = (life: AbortSignal): ConsoleBoard => ({
    firmware,
    send: (text) => sendText(life, text),
    store: (zone, text) => store(life, zone, text),
    async enableSecureChannel() {
      await spend(life, timing.writeInMs);
      return secureElement.enableSecureChannel();
    },
    async scanNetworks() {
      await spend(life, timing.scanInMs);
      return parts.network === null ? [] : [parts.network.ssid];
    },
    reboot: start,
  });
  const store = async (life: AbortSignal, zone: ZoneName, text: string): Promise<WriteOutcome> => {
    await spend(life, timing.writeInMs);
    const fault = zone === 'uds' || zone === 'hub' ? now.fault : 'none';
    if (fault === 'write-failure') return 'failed';
    const stored = await secureElement.write(zone, text);
    if (life.aborted) return 'gone';
    if (!stored) return 'failed';
    if (fault === 'verify-failure') return 'not-verified';
    if (fault === 'reboot-in-write') start();
    if (fault === 'unplug-in-write') {
      powerOff();
      parts.onUnplug();
    }
    return life.aborted ? 'gone' : 'stored';
  };
  const powerOff = () => {
    end();
    finger = null;
    Object.assign(now, { mode: 'off', display: [] });
  };

  return {
    attach(next) {
      wire = next;
    },
    receive(bytes) {
      if (now.fault !== 'stuck') console?.receive(bytes);
    },
    powerOn() {
      if (now.mode !== 'off') return;
      counts.powerUps++;
      start();
    },
    powerOff,
    reset(button) {
      if (now.mode === 'off') return;
      finger = button;
      start();
    },
    hold(button) {
      fixture = button;
    },
    setFault(fault) {
      now.fault = fault;
    },
    state: () => ({
      board: parts.board,
      mac,
      personality: firmware.version,
      mode: now.mode,
      fault: now.fault,
      display: [...now.display],
      secretWrites: secureElement.secretWrites(),
      powerUps: counts.powerUps,
      busyInMs: counts.busyInMs,
      udsFingerprint: fingerprintOf(secureElement.read('uds')),
      ...registration,
    }),
    settled: () => settled.promise,
  };
}

/** First 16 hex digits of SHA-256 over the secret as the board reads it; null when none can be read. */
function fingerprintOf(storedUds: string): string | null {
  const uds = udsAsTheBoardReadsIt(storedUds);
  return uds === null ? null : createHash('sha256').update(uds).digest('hex').slice(0, 16);
}
