import { problem } from '../../../shared/problem.ts';
import type { LineOpenProblem } from '../../ports/line.ts';

/**
 * Names the error of a failed open. serialport gives no codes, only the system's sentence: "Error: No such file or
 * directory, cannot open ..." (POSIX), "Opening COM3: Access denied" (Windows, where it means that another program has
 * the port), "Error Resource temporarily unavailable Cannot lock port".
 */
export function openProblemFrom(error: Error, path: string, platform: NodeJS.Platform): LineOpenProblem {
  const { message } = error;
  if (/cannot lock port|resource busy|device busy/i.test(message)) return problem('port-in-use', { path });
  if (/no such file|no such device|file not found|device not configured/i.test(message)) {
    return problem('port-not-found', { path });
  }
  if (/access (is )?denied|permission denied|not permitted/i.test(message)) {
    return problem(platform === 'win32' ? 'port-in-use' : 'port-no-permission', { path });
  }
  return problem('port-failed', { path, reason: message.replace(/^Error:? /, '') });
}
