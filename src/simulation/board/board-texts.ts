import type { Firmware } from './personality.ts';

/*
 * What an AZ3166 says by itself. Every line ends with CR LF. Sources: Microsoft DevKit SDK start-up and console source,
 * published screenshots and logs.
 */

const stars = '*'.repeat(48);

/** The prompt of the console; no line end follows. */
export const prompt = '\r\n# ';

/** Printed at every start, before the buttons are looked at. */
export const bannerText = `\r\n${stars}\r\n** MXChip - Microsoft IoT Developer Kit **\r\n${stars}\r\n`;

/** Printed at the start of user mode. */
export const userModeText =
  'You can 1. press Button A and reset to enter configuration mode.\r\n        2. press Button B and reset to enter AP mode.\r\n\r\n';

/** Start of the console: the answer to `help`. */
export function helpText(firmware: Firmware): string {
  const lines = firmware.help.map(({ name, help }) => ` - ${name}: ${help}.\r\n`);
  return `Configuration console:\r\n${lines.join('')}`;
}

/** Answer to `version`. All but the first line is what a 1.6.5 board printed; others print nearly the same. */
export function versionText(firmware: Firmware): string {
  return [
    `DevKitSDK version: ${firmware.version}\r\n`,
    'Mico version: 31620002.049\r\n',
    'mbed-os version: 5.4.3\r\n',
    'mbed TLS version: 2.15.0\r\n',
    'WIFI version: wl0: Sep 10 2014 11:28:46 version 5.90.230.10\r\n',
  ].join('');
}

/** AP mode: the only place where the MAC (12 lower-case hex digits) comes over the line without Wi-Fi. */
export function apModeText(firmware: Firmware, mac: string): string {
  return [
    `AP mode Wi-Fi AZ-${mac} started .\r\n`,
    `Soft AP AZ-${mac} is running...\r\n`,
    `Connect and visit "http://192.168.0.1/" to config ${firmware.apModeEnding}\r\n`,
  ].join('');
}

/** What a sketch with a blank registration id logs before it derives its keys. The order changed with 1.6.0. */
export function identityInfoText(firmware: Firmware, mac: string): string {
  const dps = 'Info:    DPS Version: 1.1.01\r\n\r\n';
  const board = `Info: DevKit MAC Address: ${mac}\r\nInfo: DevKit Firmware Version: ${firmware.version}\r\n`;
  return firmware.dpsVersionFirst ? `${dps}${board}` : `${board}Info: Iothub Version: 1.1.23\r\n${dps}`;
}

/** Stage of a registration as the device's client names it. */
export type RegistrationStage = 'CONNECTED' | 'REGISTERING' | 'ASSIGNING';

/** Progress of a registration. Which SDK prints which of the two known forms is not settled; this split is a choice. */
export function stageText(firmware: Firmware, stage: RegistrationStage): string {
  return firmware.dpsVersionFirst
    ? `Info: >>>Provisioning Status: PROV_DEVICE_REG_STATUS_${stage}\r\n`
    : `\r\nRegistration status: ${stage}\r\n`;
}

/** Trace of the register request: the best proof of the id that a board used. */
export function requestTraceText(idScope: string, registrationId: string, apiVersion: string): string {
  const path = `/${idScope}/registrations/${registrationId}/register?api-version=${apiVersion}`;
  return `PUT ${path} HTTP/1.1\r\n{ "registrationId":"${registrationId}" }\r\n`;
}

/** Error line of the SDK: time as C's ctime writes it (24 characters), file, function, line. */
export function errorText(nowInMs: number, text: string): string {
  // toUTCString: `Sun, 22 Nov 2026 13:16:02 GMT`; ctime: `Sun Nov 22 13:16:02 2026`, days below 10 with a space.
  const [weekday = '', day = '', month = '', year = '', time = ''] = new Date(nowInMs)
    .toUTCString()
    .replace(',', '')
    .split(' ');
  const ctime = `${weekday} ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`;
  return `Error: Time:${ctime} File:DevkitDPSClient.cpp Func:DevkitDPSClientStart Line:141 ${text}\r\n`;
}
