import type { ForecastRow, Measure } from '../../shared/returns.ts';

/**
 * What becomes of one DICE certificate under another image. Both keys come from the secret and the digest of riot_core;
 * the FWID (SHA-256 of riot_fw) is in the certificate and makes the Alias key. Nothing else of an image matters
 * (microsoft/devkit-sdk, AZ3166/tools/dice_device_enrollment).
 *
 * `unit.fwid`: as its certificate says. `unit.measure`: of the image that its recipe pins, where the station has seen it;
 * a measure that contradicts the certificate is none of this unit. The digest of riot_core is in no certificate: without
 * it an equal FWID proves nothing.
 */
export function forecastOf(
  unit: { readonly fwid: string; readonly measure: Measure | null },
  next: Measure,
): Pick<ForecastRow, 'verdict' | 'why'> {
  const riotCore = unit.measure?.fwid === unit.fwid ? unit.measure.riotCore : null;
  const coreDiffers = riotCore !== null && riotCore !== next.riotCore;
  const why: ForecastRow['why'] = [];
  if (coreDiffers) why.push('riot-core');
  if (unit.fwid !== next.fwid) why.push('riot-fw');
  if (why.length > 0) return { verdict: 'stops', why };
  return { verdict: riotCore === null ? 'cannot-tell' : 'goes-on', why };
}
