import type { QueueStage } from './queue-stage.js';

/** What one check has found. */
export interface Finding {
	/** A statement that holds or does not. */
	statement: string;
	isTrue: boolean;
	/** The figures behind it. */
	figures: string;
}

/** Part of the run, with a name to ask for it by. */
export interface Check {
	name: string;
	run(stage: QueueStage): Promise<Finding[]>;
}
