import type { Effort, Findings } from '../../bench/figure.js';
import type { BenchStage } from './bench-stage.js';
import { measureCold } from './rows/cold.js';
import { measureHeldAlert } from './rows/held-alert.js';
import { measureMemory } from './rows/memory.js';
import { measureResponsiveness } from './rows/responsiveness.js';
import { measureSpeed } from './rows/speed.js';
import { measureWaiting } from './rows/waiting.js';

/** A part of the bench in a full n8n. */
export type N8nMeasurement = (stage: BenchStage, effort: Effort) => Promise<Findings>;

/** Its parts, by the names under which they can be run alone. */
export const ROWS: Readonly<Record<string, N8nMeasurement>> = {
	speed: measureSpeed,
	cold: measureCold,
	memory: measureMemory,
	waiting: measureWaiting,
	responsiveness: measureResponsiveness,
	'held-alert': measureHeldAlert,
};
