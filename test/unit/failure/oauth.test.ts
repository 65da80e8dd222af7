import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classifyFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/classify.js';
import { ENTRA_EXCEPTIONS } from '../../../nodes/SmtpOAuthSendEmail/failure/rules/sign-in/entra-rules.js';
import { ENTRA_FAMILIES } from '../../../nodes/SmtpOAuthSendEmail/failure/rules/sign-in/match-entra.js';

interface RecordedAnswer {
	provider: string;
	/** The body as the token endpoint sends it. */
	answer: { error: string; error_description?: string; error_codes?: number[] };
	code: string;
	retryable?: boolean;
	signIn?: 'user' | 'application' | 'serviceAccount';
	/** What message or remedy must name. */
	says?: string;
	/** HTTP status, where it is not 400. */
	status?: number;
	source: string;
	date: string;
	note?: string;
}

const { answers }: { answers: RecordedAnswer[] } = JSON.parse(
	readFileSync(new URL('../../fixtures/oauth-errors.json', import.meta.url), 'utf8'),
);

const named = answers.map((recorded) => ({
	...recorded,
	title: `${recorded.answer.error}: ${(recorded.answer.error_description ?? '').slice(0, 60)}`,
}));

/** Microsoft's number in an answer, from its own field or from the text. */
const numberOf = ({ answer }: RecordedAnswer): string =>
	String(answer.error_codes?.[0] ?? /AADSTS(\d+)/.exec(answer.error_description ?? '')?.[1] ?? '');

const classify = (
	error: unknown,
	provider: string,
	signIn: RecordedAnswer['signIn'] = 'user',
): ReturnType<typeof classifyFailure> =>
	classifyFailure(error, { stage: 'token', provider, user: 'anna@example.com', signIn });

/** The forms in which the answer reaches us: n8n's OAuth client and Axios, parsed or as text. */
const errorsOf = ({ answer, status = 400 }: RecordedAnswer): Error[] => [
	Object.assign(new Error('The provided authorization grant is invalid.'), {
		code: 'EAUTH',
		body: answer,
	}),
	Object.assign(new Error(`HTTP status ${status}`), { body: JSON.stringify(answer) }),
	Object.assign(new Error(`Request failed with status code ${status}`), {
		code: 'ERR_BAD_REQUEST',
		response: { status, data: answer },
	}),
];

describe('recorded answers of token endpoints', () => {
	it('are at least 40, each with a source and a date', () => {
		expect(answers.length).toBeGreaterThanOrEqual(40);
		for (const { source, date } of answers) {
			expect(source.length).toBeGreaterThan(20);
			expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
		}
	});

	it.each(named)('$title', (recorded) => {
		for (const error of errorsOf(recorded)) {
			const failure = classify(error, recorded.provider, recorded.signIn);
			expect(failure.code).toBe(recorded.code);
			expect(failure.retryable).toBe(recorded.retryable ?? false);
			expect(failure.message).toContain(`The sign-in server said: "${recorded.answer.error}`);
			const own = `${failure.message.split('The sign-in server said')[0]} ${failure.remedy}`;
			expect(own).toContain(recorded.says ?? '');
			expect(own).not.toMatch(/[{}]/);
		}
	});

	it.each(named.filter((recorded) => numberOf(recorded) !== ''))(
		'is read from the number alone: $title',
		(recorded) => {
			const body = {
				error: 'some_error',
				error_description: recorded.answer.error_description?.replace(/AADSTS\d+/, ''),
				error_codes: [Number(numberOf(recorded))],
			};
			const error = Object.assign(new Error('refused'), { body });
			const failure = classify(error, recorded.provider, recorded.signIn);
			expect(failure.code).toBe(recorded.code);
		},
	);

	it('believes the number before the text and the text before the error', () => {
		const ask = (body: object): string =>
			classify(Object.assign(new Error('refused'), { body }), 'microsoft365').code;
		const error = 'invalid_grant';
		const error_description = 'AADSTS65001: No consent.';
		expect(ask({ error, error_description, error_codes: [53003] })).toBe('SIGN_IN_BLOCKED');
		expect(ask({ error, error_description, error_codes: [1] })).toBe('PERMISSION_MISSING');
		expect(ask({ error, error_description, error_codes: 'x' })).toBe('PERMISSION_MISSING');
		expect(ask({ error, error_codes: [1] })).toBe('RECONNECT_REQUIRED');
		// A longer number is another code: of the same family, or of none.
		expect(ask({ error, error_description: 'AADSTS530039: New.' })).toBe('SIGN_IN_BLOCKED');
		expect(ask({ error, error_description: 'AADSTS120039: New.' })).toBe('RECONNECT_REQUIRED');
	});
});

describe('the codes of Microsoft Entra', () => {
	// Documented, but with no recorded answer at hand.
	it.each([
		['RECONNECT_REQUIRED', [16000, 50074, 50078, 50089, 50133, 50158, 51004, 70008]],
		['ACCOUNT_BLOCKED', [50053, 50057]],
		['SIGN_IN_BLOCKED', [50131, 53000, 53001, 53004, 53011, 530032, 530034, 530035]],
		['PERMISSION_MISSING', [50105, 65004, 90094, 650052, 650057, 700022]],
		['CLIENT_REJECTED', [50194, 70001, 700025, 700030, 7000112, 9001023, 9002332]],
		['TOKEN_REQUEST_FAILED', [50196, 90033, 90055]],
	])('%s: %j', (code, numbers) => {
		for (const number of numbers) {
			const body = { error: 'invalid_grant', error_codes: [number] };
			const failure = classify(Object.assign(new Error('refused'), { body }), 'microsoft365');
			expect([number, failure.code]).toEqual([number, code]);
		}
	});

	it('name what they mean, each in whole sentences', () => {
		for (const { application, ...user } of [...ENTRA_EXCEPTIONS, ...ENTRA_FAMILIES]) {
			const texts = [user, application].flatMap((verdict) => [verdict?.message, verdict?.remedy]);
			for (const text of texts) if (text !== undefined) expect(text).toMatch(/\.$/);
		}
	});
});

describe('an answer of Google’s gateway, in the form of its APIs', () => {
	/** https://cloud.google.com/apis/design/errors: the codes of google.rpc.Status, November 2026. */
	it.each([
		[429, { code: 429, status: 'RESOURCE_EXHAUSTED' }, 'TOKEN_REQUEST_FAILED', true],
		[503, { code: 503, status: 'UNAVAILABLE' }, 'TOKEN_REQUEST_FAILED', true],
		[401, { code: 401, status: 'UNAUTHENTICATED' }, 'RECONNECT_REQUIRED', false],
		[
			403,
			{ code: 403, errors: [{ reason: 'accessNotConfigured' }], status: 'PERMISSION_DENIED' },
			'PERMISSION_MISSING',
			false,
		],
		[
			403,
			{ code: 403, errors: [{ reason: 'userRateLimitExceeded' }] },
			'TOKEN_REQUEST_FAILED',
			true,
		],
	])('%s %j comes to %s', (status, error, code, retryable) => {
		const data = { error: { ...error, message: 'Words of Google.' } };
		for (const body of [data, JSON.stringify(data)]) {
			const thrown = Object.assign(new Error('refused'), { response: { status, data: body } });
			const failure = classify(thrown, 'gmail');
			expect(failure).toMatchObject({ code, retryable });
			expect(failure.message).toContain('Words of Google.');
		}
	});
});
