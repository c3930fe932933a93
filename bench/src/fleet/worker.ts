/** A process that simulates one cohort after the other. */
import { realConnector, runCohort } from './run.ts';
import { scriptOf, type Season } from './scripts.ts';

const connector = realConnector();

process.on('message', (season: Season) => {
  process.send?.(runCohort(scriptOf(season), connector));
});
