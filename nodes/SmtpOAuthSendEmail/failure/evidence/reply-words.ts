import type { Reply } from './reply';
import { translateWords } from './translate-words';

/** Servers that say more than this repeat themselves; a longer text costs time only. */
const MAX_WORDS_LENGTH = 2_000;

/** What a reply says, in the forms that rules look at. */
export interface ReplyWords {
	/** Lower case, in one line. */
	readonly all: string;
	/** The same in English, without addresses and web addresses, whose letters say nothing: `spam@example.com`. */
	readonly plain: string;
	/** Subject and detail of the enhanced status code (RFC 3463), e.g. `7.1`; empty where there is none. */
	readonly status: string;
}

/** A status code further inside: `550 #5.1.0`, `451 host 4.4.3 …`, `sorry (#5.7.1)`; no IP address. */
const INNER_STATUS = /(?<![\d.])[45]\.(\d{1,3}\.\d{1,3})(?![\d.]*\d)/;

/** Postfix names the list that it looked at before the reason: the stage says the same. */
const NAMED_CHECK = /(?:recipient address|data command|end-of-data) rejected:(?= *[^ ])/g;

function findStatus(reply: Reply, all: string): string {
	const given = reply.enhancedStatusCode?.slice(2);
	return given ?? INNER_STATUS.exec(all.slice(3, 300))?.[1] ?? '';
}

/** Gets a reply ready for rules; the time is linear in at most 2,000 characters. */
export function readReplyWords(reply: Reply): ReplyWords {
	const all = reply.text.slice(0, MAX_WORDS_LENGTH).toLowerCase().replaceAll('’', "'");
	const plain = translateWords(all)
		.replaceAll('_', ' ')
		.replace(NAMED_CHECK, ' ')
		.replace(/https?:\/\/\S{0,400}/g, ' ')
		.replace(/[^\s<>"'(),;:[\]]{1,128}@[^\s<>"'(),;:[\]]{1,255}/g, ' ')
		.replace(/\s{2,40}/g, ' ');
	return { all, plain, status: findStatus(reply, all) };
}
