import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../nodes/SmtpOAuthSendEmail/failure/catalogue/catalogue.js';
import { classifyGraphAnswer } from '../../../nodes/SmtpOAuthSendEmail/failure/classify-graph.js';
import type {
	Failure,
	FailureContext,
} from '../../../nodes/SmtpOAuthSendEmail/failure/model/failure.js';
import { readApiAnswer } from '../../../nodes/SmtpOAuthSendEmail/failure/evidence/api-answer.js';
import { readTokenClaims } from '../../../nodes/SmtpOAuthSendEmail/untrusted/token-claims.js';
import { jwtOf } from '../../support/tls/access-token.js';

interface RecordedAnswer {
	status: number;
	body: { error: { code: string; message: string } };
	code: string;
	stage?: string;
	retryable?: boolean;
	signIn?: 'user' | 'application';
	/** What message or remedy must name. */
	says?: string;
	source: string;
	date: string;
	note?: string;
}

const { answers } = JSON.parse(
	readFileSync(new URL('../../fixtures/graph-errors.json', import.meta.url), 'utf8'),
) as { answers: RecordedAnswer[] };

const CONTEXT: FailureContext = {
	stage: 'reply',
	provider: 'microsoft365',
	host: 'graph.microsoft.com',
	port: 443,
	user: 'alerts@contoso.test',
	from: 'boss@contoso.test',
};

function classify(
	{ status, body, signIn = 'user' }: Pick<RecordedAnswer, 'status' | 'body' | 'signIn'>,
	context: Partial<FailureContext> = {},
	headers: Record<string, string> = {},
): Failure {
	const answer = readApiAnswer({ status, headers, body: JSON.stringify(body) }, 0);
	const right = { isApplication: signIn === 'application', permission: 'Mail.Send' } as const;
	return classifyGraphAnswer(answer, { ...CONTEXT, ...context }, right);
}

const named = answers.map((recorded, index) => ({
	...recorded,
	title: `${String(index)}: ${String(recorded.status)} ${recorded.body.error.code}`,
}));

describe('recorded answers of Microsoft Graph', () => {
	it('are at least 30, each with a source and a date', () => {
		expect(answers.length).toBeGreaterThanOrEqual(30);
		for (const { source, date } of answers) {
			expect(source.length).toBeGreaterThan(20);
			expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
		}
	});

	it.each(named)('$title', (recorded) => {
		const failure = classify(recorded);
		const { code, stage = failure.stage, retryable = false, says = '' } = recorded;
		expect(failure).toMatchObject({ code, stage, retryable, httpStatus: recorded.status });
		expect(`${failure.message} ${failure.remedy}`).toContain(says);
		expect(failure.message).not.toMatch(/[{}]/);
		expect(failure.remedy).not.toMatch(/[{}]/);
		// Texts of the catalogue that are about SMTP do not belong here.
		expect(failure.message.split(' The server said')[0]).not.toMatch(/SMTP/);
	});
});

describe('an answer of Microsoft Graph', () => {
	const denied = named.find(({ body }) => body.error.message.startsWith('Access is denied'));
	const refused = named.find(({ body }) => body.error.message.includes('Invalid audience'));

	it('is explained by what the token lacks', () => {
		const claims = readTokenClaims(
			jwtOf({ aud: 'https://graph.microsoft.com', scp: 'User.Read', upn: 'a@contoso.test' }),
		);
		if (denied === undefined || claims === undefined) throw new Error('no fixture');
		const failure = classify({ ...denied, signIn: 'user' }, { tokenClaims: claims });
		expect(failure).toMatchObject({ code: 'PERMISSION_MISSING' });
		expect(failure.message).toContain('lacks the permission Mail.Send');
		expect(failure.message).toContain('(it has User.Read)');
	});

	it.each([{ roles: [] }, { roles: ['Mail.Send'] }])(
		'has the permission and the role named that an application needs: $roles',
		({ roles }) => {
			const claims = readTokenClaims(jwtOf({ aud: 'https://graph.microsoft.com', roles }));
			if (denied === undefined || claims === undefined) throw new Error('no fixture');
			const failure = classify({ ...denied, signIn: 'application' }, { tokenClaims: claims });
			expect(failure.code).toBe('PERMISSION_MISSING');
			expect(failure.remedy).toContain('Application permissions choose Mail.Send');
			expect(failure.remedy).toContain('-Role "Application Mail.Send"');
		},
	);

	it.each(['user', 'application'] as const)(
		'is explained by the token of another service (%s)',
		(signIn) => {
			const claims = readTokenClaims(
				jwtOf({ aud: 'https://outlook.office.com', scp: 'SMTP.Send' }),
			);
			if (refused === undefined || claims === undefined) throw new Error('no fixture');
			const failure = classify({ ...refused, signIn }, { tokenClaims: claims });
			expect(failure).toMatchObject({ code: 'WRONG_AUDIENCE', stage: 'auth' });
			expect(failure.message).toContain('for Exchange Online');
		},
	);

	it.each([
		{ header: '17', ms: 17_000 },
		{ header: 'Thu, 01 Jan 1970 00:00:30 GMT', ms: 30_000 },
		{ header: 'soon', ms: 60_000 },
		{ header: '-5', ms: 60_000 },
	])('is waited for as Retry-After "$header" says', ({ header, ms }) => {
		const body = { error: { code: 'TooManyRequests', message: '' } };
		expect(classify({ status: 429, body }, {}, { 'retry-after': header }).retryAfterMs).toBe(ms);
	});

	it('names the request by which Microsoft’s support finds it', () => {
		const body = { error: { code: 'ErrorAccessDenied', message: 'Access is denied.' } };
		const id = '24e7991e-01ae-4cc2-8e06-532a96fd8948';
		expect(classify({ status: 403, body }, {}, { 'request-id': id }).message).toContain(id);
	});

	it('is not taken for one of Microsoft where a proxy refuses in its place', () => {
		expect(classify({ status: 403, body: { error: { code: '', message: '' } } })).toMatchObject({
			code: 'EGRESS_BLOCKED',
			stage: 'connect',
			httpStatus: 403,
		});
		const id = { 'request-id': '24e7991e-01ae-4cc2-8e06-532a96fd8948' };
		expect(
			classify({ status: 403, body: { error: { code: '', message: '' } } }, {}, id),
		).toMatchObject({
			code: 'PERMISSION_MISSING',
		});
	});

	it('is known by the code within it where the outer one says nothing', () => {
		const inner = { code: 'MailboxNotEnabledForRESTAPI', message: '' };
		const body = { error: { code: 'UnknownError', message: '', innerError: inner } };
		expect(classify({ status: 404, body })).toMatchObject({ code: 'ACCOUNT_BLOCKED' });
	});

	it('shows no secret, whatever it says', () => {
		const secret = 'eyJ0eXAiOiJKV1QiLCJub25jZSI6InNlY3JldCJ9.payload.signature';
		const body = { error: { code: 'ErrorAccessDenied', message: `Token ${secret} is bad` } };
		const failure = classify({ status: 403, body }, { secrets: [secret] });
		expect(JSON.stringify(failure)).not.toContain('nub25jZSI6');
		expect(JSON.stringify(failure)).not.toContain(secret);
	});

	it('is always in the catalogue, whatever it is', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 999 }),
				fc.oneof(fc.string(), fc.json()),
				fc.dictionary(fc.string(), fc.string()),
				(status, body, headers) => {
					const answer = readApiAnswer({ status, headers, body }, 0);
					const right = { isApplication: false, permission: 'Mail.Send' } as const;
					const failure = classifyGraphAnswer(answer, CONTEXT, right);
					expect(CATALOGUE).toHaveProperty(failure.code);
					expect(failure.message).not.toBe('');
					expect(failure.remedy).not.toBe('');
				},
			),
		);
	});
});
