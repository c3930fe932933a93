/** A process that simulates one cohort after the other. */
import { realConnector, runCohort } from './run.ts';
import { scriptOf, type Season } from './scripts.ts';

const connector = realConnector();

/** Without whoever asks there is nothing left to do. */
process.on('disconnect', () => process.exit());

process.on('message', (season: Season) => {
  process.send?.(runCohort(scriptOf(season), connector));
});
