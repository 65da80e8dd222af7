import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../nodes/SmtpOAuthSendEmail/failure/catalogue/catalogue.js';
import { classifyGmailAnswer } from '../../../nodes/SmtpOAuthSendEmail/failure/classify-gmail.js';
import { readApiAnswer } from '../../../nodes/SmtpOAuthSendEmail/failure/evidence/api-answer.js';
import type { FailureContext } from '../../../nodes/SmtpOAuthSendEmail/failure/model/failure.js';

interface RecordedAnswer {
	status: number;
	body: unknown;
	code: string;
	stage: string;
	retryable: boolean;
	retryAfterMs?: number;
	signIn?: FailureContext['signIn'];
	/** What message or remedy must name. */
	says: string;
	source: string;
}

const { answers } = JSON.parse(
	readFileSync(new URL('../../fixtures/gmail-errors.json', import.meta.url), 'utf8'),
) as { answers: RecordedAnswer[] };

const CONTEXT: FailureContext = {
	stage: 'reply',
	provider: 'gmail',
	host: 'gmail.googleapis.com',
	port: 443,
	user: 'alerts@example.test',
	from: 'boss@example.test',
	deliverVia: 'gmailApi',
};

const classify = (status: number, body: string, context: Partial<FailureContext> = {}) =>
	classifyGmailAnswer(readApiAnswer({ status, headers: {}, body }, 0), {
		...CONTEXT,
		...context,
	});

describe('a recorded answer of the Gmail API', () => {
	it.each(answers.map((answer, index) => ({ ...answer, index })))(
		'is understood: $index, $status $code',
		({ status, body, signIn = 'user', code, stage, retryable, retryAfterMs, says }) => {
			const failure = classify(status, JSON.stringify(body), { signIn });
			expect(failure).toMatchObject({ code, stage, retryable, httpStatus: status });
			if (retryAfterMs !== undefined) expect(failure.retryAfterMs).toBe(retryAfterMs);
			const text = `${failure.message} ${failure.remedy}`;
			expect(text).toContain(says);
			expect(text).not.toMatch(/[{}]/);
			expect(failure.message).not.toMatch(/SMTP/);
		},
	);
});

describe('any answer of the Gmail API', () => {
	it('gets a code, and never brings out a secret', () => {
		fc.assert(
			fc.property(fc.integer({ min: 100, max: 599 }), fc.json(), (status, body) => {
				const secret = 'ya29.secret-secret-secret';
				const failure = classify(status, body.replace(/"/, `"${secret}`), { secrets: [secret] });
				expect(Object.keys(CATALOGUE)).toContain(failure.code);
				expect(JSON.stringify(failure)).not.toContain(secret);
			}),
		);
	});
});
