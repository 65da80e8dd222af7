import type { FailureDraft } from '../../../model/failure';

/** What a reply can mean, and whether the same message may pass later. */
export interface MeaningRow extends FailureDraft {
	/** `transient`: if the reply's first digit is 4. */
	readonly retry: 'always' | 'never' | 'transient';
}
