import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classifyFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/classify.js';
import { FAILURE_STAGES } from '../../../nodes/SmtpOAuthSendEmail/failure/catalogue/failure-stage.js';
import { type FailureContext } from '../../../nodes/SmtpOAuthSendEmail/failure/model/failure.js';
import { parseReply } from '../../../nodes/SmtpOAuthSendEmail/failure/evidence/reply.js';
import {
	findEvidence,
	REPLY_RULES,
} from '../../../nodes/SmtpOAuthSendEmail/failure/rules/smtp/weigh-reply.js';
import { isTokenRefusal } from '../../../nodes/SmtpOAuthSendEmail/failure/rules/smtp/token-refusal.js';

/** Providers, and the server software of those that have no row of their own. */
const FAMILIES = [
	'gmail',
	'microsoft365',
	'outlook',
	'fastmail',
	'yahoo',
	'yandex',
	'zoho',
	'mailRu',
	'postfix',
	'exim',
	'dovecot',
	'exchange',
	'ses',
	'icloud',
];

interface RecordedReply {
	provider: string;
	/** Who speaks, where that is none of our providers: software or service. */
	server?: string;
	stage: string;
	reply: string;
	code: string;
	source: string;
	date: string;
	retryable?: boolean;
	tokenRefusal?: boolean;
	saslRefusal?: string;
	note?: string;
	/** A piece of our own words, where one code has several. */
	says?: string;
}

const { replies }: { replies: RecordedReply[] } = JSON.parse(
	readFileSync(new URL('../../fixtures/replies.json', import.meta.url), 'utf8'),
);

function contextOf(recorded: RecordedReply): FailureContext {
	const stage = FAILURE_STAGES.find((known) => known === recorded.stage);
	if (stage === undefined) throw new Error(`no such stage: ${recorded.stage}`);
	return {
		stage,
		provider: recorded.provider,
		host: 'smtp.example.com',
		user: 'anna@example.com',
		...(recorded.saslRefusal === undefined ? {} : { saslRefusal: recorded.saslRefusal }),
	};
}

/** The error as nodemailer makes it of a refusal. */
function refusalOf(recorded: RecordedReply): Error {
	return Object.assign(new Error(`Refused: ${recorded.reply}`), {
		code: recorded.stage === 'auth' ? 'EAUTH' : 'EENVELOPE',
		response: recorded.reply,
		responseCode: Number(recorded.reply.slice(0, 3)),
	});
}

const showPattern = (_key: string, value: unknown): unknown =>
	value instanceof RegExp ? String(value) : value;

describe('recorded replies', () => {
	it('are at least 140, each with a source and a date', () => {
		expect(replies.length).toBeGreaterThanOrEqual(140);
		for (const { source, date } of replies) {
			expect(source.length).toBeGreaterThan(20);
			expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
		}
	});

	it('have at least four of each server that people send through', () => {
		const speakers = replies.map(({ provider, server }) => server ?? provider);
		const counted = FAMILIES.map(
			(family) => [family, speakers.filter((speaker) => speaker === family).length] as const,
		);
		expect(counted.filter(([, count]) => count < 4)).toEqual([]);
	});

	it('are given once each', () => {
		const keys = replies.map((recorded) =>
			[
				recorded.provider,
				recorded.server,
				recorded.stage,
				recorded.saslRefusal,
				recorded.reply,
			].join('|'),
		);
		expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
	});

	it.each(replies)('$provider at $stage: $reply', (recorded) => {
		const context = contextOf(recorded);
		const failure = classifyFailure(refusalOf(recorded), context);
		expect(failure.code).toBe(recorded.code);
		expect(failure.replyCode).toBe(Number(recorded.reply.slice(0, 3)));
		expect(failure.message).toContain('The server said: "');
		expect(failure.message).toContain(recorded.says ?? '');
		expect(failure.message).toContain(recorded.reply.slice(0, 3));
		expect(failure.retryable).toBe(recorded.retryable ?? false);
		expect(isTokenRefusal(refusalOf(recorded), context)).toBe(recorded.tokenRefusal ?? false);
	});

	// Codes have a registry; words have only those who wrote them.
	it('give evidence for every rule on words, so that none stands there unproven', () => {
		const seen = new Set(
			replies.flatMap((recorded) => {
				const reply = parseReply(recorded.reply);
				return reply === undefined ? [] : findEvidence(reply, contextOf(recorded));
			}),
		);
		const unproven = REPLY_RULES.filter(
			(rule) => !seen.has(rule) && (rule.words ?? rule.names) !== undefined,
		);
		expect(unproven.map((rule) => JSON.stringify(rule, showPattern))).toEqual([]);
	});
});
