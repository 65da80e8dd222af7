import type { Verdict } from '../../../model/verdict';

/** What a reply can mean, and whether the same message may pass later. */
export interface MeaningRow extends Verdict {
	/** `transient`: if the reply's first digit is 4. */
	readonly retry: 'always' | 'never' | 'transient';
}
