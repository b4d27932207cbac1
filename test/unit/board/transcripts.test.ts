import { describe, expect, it } from 'vitest';
import type { Personality } from '../../../src/shared/bench.ts';
import { boardOnTheDesk } from './board-double.ts';

/*
 * The texts below are written out from Microsoft's console source and published logs, apart from the simulation, so
 * that a slip in its tables shows.
 */

const banner =
  '\r\n************************************************\r\n** MXChip - Microsoft IoT Developer Kit **\r\n************************************************\r\n';
const userText =
  'You can 1. press Button A and reset to enter configuration mode.\r\n        2. press Button B and reset to enter AP mode.\r\n\r\n';
const earlyHelp = [
  'Configuration console:\r\n',
  ' - help: Help document.\r\n',
  ' - version: System version.\r\n',
  ' - exit: Exit and reboot.\r\n',
  ' - scan: Scan Wi-Fi AP.\r\n',
  ' - set_wifissid: Set Wi-Fi SSID.\r\n',
  ' - set_wifipwd: Set Wi-Fi password.\r\n',
  ' - set_az_iothub: Set the connection string of Microsoft Azure IoT Hub.\r\n',
  ' - set_dps_uds: Set DPS Unique Device Secret (DPS).\r\n',
  ' - enable_secure: Enable secure channel between AZ3166 and secure chip.\r\n',
].join('');
const lateHelp = (fullStops: string) =>
  [
    'Configuration console:\r\n',
    ' - help: Help document.\r\n',
    ' - version: System version.\r\n',
    ' - exit: Exit and reboot.\r\n',
    ' - scan: Scan Wi-Fi AP.\r\n',
    ' - set_wifissid: Set Wi-Fi SSID.\r\n',
    ' - set_wifipwd: Set Wi-Fi password.\r\n',
    ' - set_az_iothub: Set IoT Hub device connection string.\r\n',
    ` - set_dps_uds: Set DPS Unique Device Secret (UDS) for X.509 certificates${fullStops}\r\n`,
    ' - set_az_iotdps: Set DPS Symmetric Key. Format: "DPSEndpoint=global.azure-devices-provisioning.net;IdScope=XXX;DeviceId=XXX;SymmetricKey=XXX".\r\n',
    ' - enable_secure: Enable secure channel between AZ3166 and secure chip.\r\n',
  ].join('');
const help: Record<Personality, string> = {
  '1.3.0': earlyHelp,
  '1.6.2': earlyHelp,
  '1.6.5': lateHelp('..'),
  '2.0.0': lateHelp('.'),
};
const prompt = '\r\n# ';
const secret = '19e25a259d0c2be03a02d416c05c48ccd0cc7d1743458aae1cb488b074993eae';
const stars = (count: number) => '*'.repeat(count);
const personalities: Personality[] = ['1.3.0', '1.6.2', '1.6.5', '2.0.0'];
const countsNul = (personality: Personality) => personality === '1.6.5' || personality === '2.0.0';

describe.each(personalities)('firmware %s', (personality) => {
  const plugged = () => boardOnTheDesk(personality);
  const inConfiguration = async () => {
    const desk = await plugged();
    await desk.enterConfiguration();
    return desk;
  };

  it('starts in user mode', async () => {
    const desk = await plugged();
    desk.board.powerOn();
    expect(desk.board.state().mode).toBe('booting');
    expect(await desk.listen()).toBe(`${desk.noise}${banner}${userText}`);
    expect(desk.board.state()).toMatchObject({ mode: 'user', powerUps: 1, lastRegistration: 'no Wi-Fi' });
    expect(await desk.ask('version\r')).toBe('');
  });

  it('enters configuration mode with A held over RESET, and shows its MAC on the display only', async () => {
    const desk = await plugged();
    // The first start is cut short by RESET before its banner: its noise is all that came.
    const said = await desk.enterConfiguration();
    expect(said).toBe(`${desk.noise}${desk.noise}${banner}${help[personality]}${prompt}`);
    expect(said).not.toContain('c8934680ec24');
    expect(desk.board.state()).toMatchObject({
      mode: 'configuration',
      display: ['IoT DevKit', 'id:c8934680ec24', 'Configuration'],
    });
  });

  it('enters AP mode with B held over RESET, and says its MAC', async () => {
    const desk = await plugged();
    desk.board.powerOn();
    await desk.listen();
    desk.board.reset('B');
    const ending = personality === '1.3.0' ? 'the Wi-Fi settings.' : 'the system settings.';
    expect(await desk.listen()).toBe(
      `${desk.noise}${banner}AP mode Wi-Fi AZ-c8934680ec24 started .\r\nSoft AP AZ-c8934680ec24 is running...\r\nConnect and visit "http://192.168.0.1/" to config ${ending}\r\n`,
    );
    expect(desk.board.state().mode).toBe('ap');
  });

  it('answers version with five lines', async () => {
    const desk = await inConfiguration();
    expect(await desk.ask('version\r')).toBe(
      `version\r\nDevKitSDK version: ${personality}\r\nMico version: 31620002.049\r\nmbed-os version: 5.4.3\r\nmbed TLS version: 2.15.0\r\nWIFI version: wl0: Sep 10 2014 11:28:46 version 5.90.230.10\r\n${prompt}`,
    );
  });

  it('answers help', async () => {
    const desk = await inConfiguration();
    expect(await desk.ask('help\r')).toBe(`help\r\n${help[personality]}${prompt}`);
  });

  it('stores a secret of 64 digits, whatever it says before', async () => {
    const desk = await inConfiguration();
    const refusal = countsNul(personality) ? 'Invalid UDS.\r\n' : '';
    expect(await desk.ask(`set_dps_uds ${secret}\r`)).toBe(
      `set_dps_uds ${stars(64)}\r\n${refusal}INFO: Set DPS UDS successfully.\r\n${prompt}`,
    );
    expect(desk.board.state()).toMatchObject({
      secretWrites: 1,
      udsFingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  it('stores a secret of 63 digits too, and one of 65', async () => {
    const desk = await inConfiguration();
    const shorter = countsNul(personality) ? '' : 'Invalid UDS.\r\n';
    expect(await desk.ask(`set_dps_uds ${secret.slice(1)}\r`)).toBe(
      `set_dps_uds ${stars(63)}\r\n${shorter}INFO: Set DPS UDS successfully.\r\n${prompt}`,
    );
    expect(desk.board.state()).toMatchObject({ secretWrites: 1, udsFingerprint: null });
    expect(await desk.ask(`set_dps_uds ${secret}a\r`)).toBe(
      `set_dps_uds ${stars(65)}\r\nInvalid UDS.\r\nINFO: Set DPS UDS successfully.\r\n${prompt}`,
    );
    expect(desk.board.state()).toMatchObject({ secretWrites: 2, udsFingerprint: expect.any(String) });
  });

  it('asks for a secret that is missing', async () => {
    const desk = await inConfiguration();
    expect(await desk.ask('set_dps_uds\r')).toBe(
      `set_dps_uds\r\nUsage: set_dps_uds [uds]. Please provide the UDS for DPS.\r\n${prompt}`,
    );
    expect(desk.board.state().secretWrites).toBe(0);
  });

  it('masks quotes with the secret, and nothing behind a leading space', async () => {
    const desk = await inConfiguration();
    const refusal = countsNul(personality) ? 'Invalid UDS.\r\n' : '';
    expect(await desk.ask(`set_dps_uds "${secret}"\r`)).toBe(
      `set_dps_uds ${stars(66)}\r\n${refusal}INFO: Set DPS UDS successfully.\r\n${prompt}`,
    );
    expect(await desk.ask(` set_dps_uds ${secret}\r`)).toContain(` set_dps_uds ${secret}\r\n`);
    expect(await desk.ask('set_wifipwd secret\r')).toContain('set_wifipwd ******\r\n');
    expect(await desk.ask('set_wifissid net\r')).toContain('set_wifissid net\r\n');
  });

  it('sets the Wi-Fi, and restarts with exit', async () => {
    const desk = await inConfiguration();
    expect(await desk.ask('set_wifissid "my net"\r')).toBe(
      `set_wifissid "my net"\r\nINFO: Set Wi-Fi SSID successfully.\r\n${prompt}`,
    );
    expect(await desk.ask(`set_wifissid ${'s'.repeat(32)}\r`)).toContain('\r\nInvalid Wi-Fi SSID.\r\n\r\n# ');
    expect(await desk.ask('set_wifipwd\r')).toBe(`set_wifipwd\r\nINFO: Set Wi-Fi password successfully.\r\n${prompt}`);
    expect(await desk.ask(`set_wifipwd ${'p'.repeat(64)}\r`)).toBe(
      `set_wifipwd ${stars(64)}\r\nInvalid Wi-Fi password.\r\nINFO: Set Wi-Fi password successfully.\r\n${prompt}`,
    );
    expect(await desk.ask('exit\r')).toBe(`exit\r\nReboot\r\n${desk.noise}${banner}${userText}`);
    expect(desk.board.state()).toMatchObject({ mode: 'user', powerUps: 1 });
  });

  it('comes straight back to the console while a fixture holds A', async () => {
    const desk = await plugged();
    desk.board.hold('A');
    desk.board.powerOn();
    await desk.listen();
    expect(await desk.ask('exit\r')).toBe(`exit\r\nReboot\r\n${desk.noise}${banner}${help[personality]}${prompt}`);
    desk.board.hold(null);
    expect(await desk.ask('exit\r')).toContain(userText);
  });

  it('knows the other commands', async () => {
    const desk = await inConfiguration();
    expect(await desk.ask('scan\r')).toBe(`scan\r\nAvailable networks:\r\n  dps-station-bench\r\n${prompt}`);
    expect(await desk.ask('set_az_iothub HostName=x\r')).toContain(
      '\r\nINFO: Set Azure Iot hub connection string successfully.\r\n',
    );
    expect(await desk.ask('enable_secure 1\r')).toContain('\r\nINFO: Enable secure channel successfully.\r\n\r\n# ');
    expect(await desk.ask('enable_secure 1\r')).toContain('\r\nINFO: Secure channel has already been enabled.\r\n');
    expect(await desk.ask('enable_secure 3\r')).toContain('\r\nUsage: enable_secure <secure level>');
    const symmetric = await desk.ask('set_az_iotdps IdScope=x\r');
    expect(symmetric).toContain(
      countsNul(personality)
        ? '\r\nINFO: Set DPS connection string successfully.\r\n'
        : '\r\nError:Invalid command: set_az_iotdps\r\n',
    );
    expect(await desk.ask('reboot now\r')).toBe(`reboot now\r\nError:Invalid command: reboot\r\n${prompt}`);
  });

  it('shows its faults', async () => {
    const desk = await inConfiguration();
    const refusal = countsNul(personality) ? 'Invalid UDS.\r\n' : '';
    const command = `set_dps_uds ${stars(64)}\r\n${refusal}`;
    desk.board.setFault('write-failure');
    expect(await desk.ask(`set_dps_uds ${secret}\r`)).toBe(
      `${command}ERROR: Failed to write EEPROM: 0x06.\r\n${prompt}`,
    );
    expect(desk.board.state().secretWrites).toBe(0);
    desk.board.setFault('verify-failure');
    expect(await desk.ask(`set_dps_uds ${secret}\r`)).toBe(`${command}ERROR: Verify failed.\r\n${prompt}`);
    expect(desk.board.state().secretWrites).toBe(1);
    desk.board.setFault('stuck');
    expect(await desk.ask('version\r')).toBe('');
    desk.board.setFault('reboot-in-write');
    expect(await desk.ask(`set_dps_uds ${secret}\r`)).toBe(`${command}${desk.noise}${banner}${userText}`);
    expect(desk.board.state()).toMatchObject({ secretWrites: 2, mode: 'user' });
    desk.board.setFault('silence');
    desk.board.reset('A');
    expect(await desk.listen()).toBe(`${desk.noise}${banner}`);
    expect(desk.board.state().mode).toBe('silent');
  });

  it('loses its line in the middle of a write', async () => {
    const desk = await inConfiguration();
    desk.board.setFault('unplug-in-write');
    expect(await desk.ask(`set_dps_uds ${secret}\r`)).not.toContain('INFO');
    expect(desk.board.state()).toMatchObject({ mode: 'off', secretWrites: 1 });
    expect(desk.unplugs()).toBe(1);
  });
});

describe('the line discipline', () => {
  const inConfiguration = async (personality: Personality = '1.6.5') => {
    const desk = await boardOnTheDesk(personality);
    await desk.enterConfiguration();
    return desk;
  };

  it.each<[string, string, string]>([
    ['an empty line gives the prompt only', '\r', prompt],
    ['blanks alone give the prompt only', '   \r', `   ${prompt}`],
    ['LF and control characters vanish', '\n\x01\x1b\n\r', prompt],
    ['LF alone glues lines together', 'ver\nsion\nx\r', `versionx\r\nError:Invalid command: versionx\r\n${prompt}`],
    ['CR LF is one line end', 'x\r\n', `x\r\nError:Invalid command: x\r\n${prompt}`],
    ['backspace and delete rub out', 'ab\x08\x7fx\r', `ab\b \b\b \bx\r\nError:Invalid command: x\r\n${prompt}`],
    ['nothing is rubbed out of an empty line', '\x08\x7f\r', prompt],
    ['a tab is a space', 'x\ty\r', `x y\r\nError:Invalid command: x\r\n${prompt}`],
    ['unbalanced quotes', 'x "y\r', `x "yError:Syntax error\r\n${prompt}`],
    ['a quoted word', '"a b" c\r', `"a b" c\r\nError:Invalid command: a b\r\n${prompt}`],
    ['an escaped quote and space', 'a\\"b\\ c d\r', `a\\"b\\ c d\r\nError:Invalid command: a"b c\r\n${prompt}`],
    ['a quote inside a word is a character', 'a"b\r', `a"b\r\nError:Invalid command: a"b\r\n${prompt}`],
    ['bytes above 127 pass', '\xe9\r', `\xe9\r\nError:Invalid command: \xe9\r\n${prompt}`],
    ['a fifth word is dropped', 'w 2 3 4 5 6\r', `w 2 3 4 5 6\r\nError:Invalid command: w\r\n${prompt}`],
    [
      'a quote that opens the fifth word is never closed',
      'w 2 3 4 "5"\r',
      `w 2 3 4 "5"Error:Syntax error\r\n${prompt}`,
    ],
  ])('%s', async (_name, input, output) => {
    const desk = await inConfiguration();
    expect(await desk.ask(input)).toBe(output);
  });

  it('gives a line up at its 1024th character', async () => {
    const desk = await inConfiguration();
    const line = 'x'.repeat(1024);
    expect(await desk.ask(line)).toBe(`${line}\r\nError: input buffer overflow\r\n${prompt}`);
    expect(await desk.ask('y\r')).toBe(`y\r\nError:Invalid command: y\r\n${prompt}`);
  });

  it('takes commands one after another, typed ahead', async () => {
    const desk = await inConfiguration();
    const said = await desk.ask('set_wifissid one\rset_wifissid two\r');
    expect(said.match(/INFO: Set Wi-Fi SSID successfully\./g)).toHaveLength(2);
  });

  it.each<[Personality, number]>([
    ['1.3.0', 256],
    ['1.6.2', 256],
    ['1.6.5', 300],
    ['2.0.0', 300],
  ])('%s echoes %i of a burst of 300 characters', async (personality, echoed) => {
    const desk = await inConfiguration(personality);
    expect(await desk.ask('z'.repeat(300))).toBe('z'.repeat(echoed));
  });

  it('sleeps 50 ms before it looks at its input, in the old firmware', async () => {
    const desk = await inConfiguration('1.6.2');
    desk.send('z');
    expect(await desk.listen(49)).toBe('');
    expect(await desk.listen(1)).toBe('z');
  });

  it('counts the time that it needed itself', async () => {
    const desk = await inConfiguration();
    const before = desk.board.state().busyInMs;
    await desk.ask(`set_dps_uds ${secret}\r`);
    // One write, and about 190 characters in and out at 115200 baud.
    const busy = desk.board.state().busyInMs - before;
    expect(busy).toBeGreaterThan(120 + 170 * 0.0868);
    expect(busy).toBeLessThan(120 + 230 * 0.0868);
  });
});
