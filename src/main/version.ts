/** Version of the station, as every record names it; a test keeps it equal to package.json. */
export const softwareVersion = '0.1.0';
/** No clock may be behind the day this version was made. */
export const releasedAt = '2026-11-01T00:00:00.000Z';
