import type { Problem } from '../../../shared/problem.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { ForecastRow, Measure } from '../../../shared/returns.ts';
import { forecastOf } from '../../domain/forecast.ts';
import { fwidOfAliasCertificate } from '../../identity/alias-measurement.ts';
import { type FirmwareImage, measureFirmwareImage } from '../../identity/firmware-image.ts';
import type { ForecastPage, ForecastQuery } from '../../ports/returns-desk.ts';
import type { StationStore } from '../../ports/station-store.ts';

/** One page of what another image does to the certificates in the books; units of other kinds are left out. */
export async function firmwareForecast(
  { bin, map, recipe, known, after, limit }: ForecastQuery,
  store: Pick<StationStore, 'certificateUnits' | 'measures'>,
): Promise<Result<ForecastPage, Problem>> {
  const image = measureFirmwareImage({ bin, map });
  if (!image.ok) return image;
  const kept = await store.measures();
  if (!kept.ok) return kept;
  const page = await store.certificateUnits({ recipe, after, limit });
  if (!page.ok) return page;
  const measures = new Map([...known, ...kept.value].map(({ recipeHash, ...measure }) => [recipeHash, measure]));
  const next = measureOf(image.value);
  const rows = page.value.rows.flatMap((unit): ForecastRow[] => {
    const fwid = fwidOfAliasCertificate(unit.certificatePem);
    if (fwid === null) return [];
    const { serial, registrationId } = unit;
    const measure = measures.get(unit.recipeHash) ?? null;
    return [{ serial, registrationId, recipe: unit.recipe, ...forecastOf({ fwid, measure }, next) }];
  });
  return ok({ image: next, rows, next: page.value.next });
}

/** The two digests of an image, as they are kept. */
export function measureOf(image: Pick<FirmwareImage, 'riotCoreDigest' | 'fwid'>): Measure {
  return { riotCore: image.riotCoreDigest.toString('hex'), fwid: image.fwid.toString('hex') };
}
