import type { GraphReply } from './refusals.js';

/** What a request is for. */
export type GraphOperation =
	| 'sendMail'
	| 'createDraft'
	| 'addAttachment'
	| 'createUploadSession'
	| 'upload'
	| 'send'
	| 'get'
	| 'delete';

/** What is to go wrong with the requests of one kind. */
export interface GraphFault {
	readonly on: GraphOperation;
	/** Requests of the kind that pass before; default 0. */
	readonly skip?: number;
	/** Requests it happens to; default 1. */
	readonly times?: number;
	/** `after`: the request is carried out all the same; default `before`. */
	readonly when?: 'before' | 'after';
	/** An answer instead of the right one, or no answer. */
	readonly act: GraphReply | 'silence' | 'reset';
}

/** Hands out the faults that have been asked for. */
export class GraphFaults {
	readonly #faults: { readonly fault: GraphFault; skip: number; times: number }[] = [];

	add(...faults: GraphFault[]): void {
		for (const fault of faults) {
			this.#faults.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 });
		}
	}

	/** The fault of a request that has arrived. */
	take(operation: GraphOperation): GraphFault | undefined {
		for (const entry of this.#faults) {
			if (entry.fault.on !== operation || entry.times === 0) continue;
			if (entry.skip > 0) {
				entry.skip -= 1;
				continue;
			}
			entry.times -= 1;
			return entry.fault;
		}
		return undefined;
	}
}
