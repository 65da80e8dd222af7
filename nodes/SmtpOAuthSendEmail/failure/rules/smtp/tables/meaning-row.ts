import type { FailureDraft } from '../../../model/failure';

/** What a reply can mean, and whether the same message may pass later. */
export interface MeaningRow extends FailureDraft {
	/** `transient`: if the reply's first digit is 4; missing: never. */
	readonly retry?: 'always' | 'transient';
}
