import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../nodes/SmtpOAuthSendEmail/failure/catalogue/catalogue.js';
import { classifyFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/classify.js';
import { describeFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/describe-failure.js';
import type { FailureContext } from '../../../nodes/SmtpOAuthSendEmail/failure/model/failure.js';
import { splitWords } from '../../../nodes/SmtpOAuthSendEmail/failure/quoted-words.js';
import { toNodeError } from '../../../nodes/SmtpOAuthSendEmail/failure/node-errors.js';

const NODE: INode = {
	id: '1',
	name: 'Send',
	type: 'smtpOAuthSendEmail',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

const context: FailureContext = {
	stage: 'connect',
	provider: 'custom',
	host: 'remoteaccess.example.com',
	port: 465,
};

describe('toNodeError', () => {
	it.each(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'ECONNRESET', 'EAI_AGAIN', 'EACCES'])(
		'keeps our message where n8n has one of its own for %s',
		(code) => {
			const cause = Object.assign(new Error(`connect ${code} 10.0.0.1:465`), { code });
			const failure = classifyFailure(cause, context);
			const error = toNodeError(NODE, failure, { itemIndex: 3 });
			expect(error).toBeInstanceOf(NodeApiError);
			const { plain, words } = splitWords(failure.message);
			expect(error.message).toBe(plain);
			expect(words).toContain(code);
			expect(error.description).toBe(`${failure.remedy}\n\n${words}`);
			expect(error.context.itemIndex).toBe(3);
		},
	);

	it.each(Object.keys(CATALOGUE))('keeps message and description of %s', (code) => {
		const known = Object.keys(CATALOGUE).find((key) => key === code) as keyof typeof CATALOGUE;
		const failure = describeFailure({ code: known, detail: '' }, context);
		const error = toNodeError(NODE, failure, { itemIndex: 0, account: '2 of 5 were sent.' });
		expect(error.message).toBe(failure.message);
		expect(error.description).toContain('2 of 5 were sent.');
		expect(error.context.data).toEqual({ failure: { ...failure } });
		expect(error.failure).toMatchObject({ cause: failure.cause });
	});

	it('repeats nothing where there are no words of a server', () => {
		const failure = describeFailure({ code: 'ATTACHMENT_MISSING', detail: 'No <a@b.c>.' }, context);
		expect(toNodeError(NODE, failure, { itemIndex: 0 }).messages).toEqual([]);
		const refused = classifyFailure(new Error('connect ECONNREFUSED'), context);
		expect(toNodeError(NODE, refused, { itemIndex: 0 }).messages).toEqual([]);
	});

	it('makes an operation error of what the item’s author has to correct', () => {
		const failure = describeFailure(
			{ code: 'INVALID_PARAMETER', detail: 'To Email is empty.' },
			{ stage: 'parameters', provider: 'custom' },
		);
		const error = toNodeError(NODE, failure, { itemIndex: 1 });
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).not.toBeInstanceOf(NodeApiError);
		expect(error.message).toBe('To Email is empty.');
	});

	it('escapes the description, which n8n renders as HTML', () => {
		const failure = describeFailure(
			{ code: 'RECIPIENT_REJECTED', detail: 'no', remedy: 'Check <b>a@b.c</b> & co.' },
			context,
		);
		const { description } = toNodeError(NODE, failure, { itemIndex: 0 });
		expect(description).toBe('Check &lt;b&gt;a@b.c&lt;/b&gt; &amp; co.');
	});

	it('puts the server’s words below the cure and the account, escaped, and not into the message', () => {
		const reply = '550 5.1.1 <zoe@example.com>: Recipient address rejected';
		const fault = Object.assign(new Error('x'), { response: reply });
		const failure = classifyFailure(fault, { ...context, stage: 'rcptTo' });
		const error = toNodeError(NODE, failure, { itemIndex: 0, account: 'A.', serverWords: reply });
		expect(error.message).toBe(
			'remoteaccess.example.com did not take a recipient of this message.',
		);
		const words =
			'The server said: "550 5.1.1 &lt;zoe@example.com&gt;: Recipient address rejected"';
		expect(error.description).toBe(`${failure.remedy}\n\nA.\n\n${words}`);
		expect(error.context.data).toMatchObject({ failure: { message: failure.message } });
		expect(failure.message).toContain('<zoe@example.com>');
		expect(error.messages).toEqual([reply]);
	});

	it('names addresses without the angle brackets that n8n’s notification takes for markup', () => {
		const detail = '"To Email" holds <zoe@example.com> and <10 MB> of <b>.';
		const failure = describeFailure({ code: 'INVALID_PARAMETER', detail }, context);
		expect(toNodeError(NODE, failure, { itemIndex: 0 }).message).toBe(
			'"To Email" holds zoe@example.com and <10 MB> of <b>.',
		);
	});

	it('stores nothing of the error it was made of', () => {
		const secret = 'ya29.top-secret-token';
		const cause = Object.assign(new Error(`ECONNRESET ${secret}`), {
			code: 'ECONNRESET',
			auth: { pass: secret },
		});
		const error = toNodeError(NODE, classifyFailure(cause, { ...context, secrets: [secret] }), {
			itemIndex: 0,
		});
		const stored = JSON.stringify(
			Object.fromEntries(
				Object.getOwnPropertyNames(error).map((key) => [key, Reflect.get(error, key)]),
			),
		);
		expect(stored).toContain('CONNECTION_LOST');
		expect(stored).not.toContain('top-secret');
	});

	it('tells n8n how long to wait', () => {
		const reply = Object.assign(new Error('x'), { response: '432 4.3.2 Concurrent connections' });
		const error = toNodeError(NODE, classifyFailure(reply, { ...context, stage: 'data' }), {
			itemIndex: 0,
		});
		expect(error.failure).toEqual({ cause: 'rate-limited', retryAfterMs: 60_000 });
	});
});
